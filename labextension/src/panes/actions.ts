/** What a person does in a pane, carried to the server and to JupyterLab. */
import { Notification } from '@jupyterlab/apputils';
import { PathExt } from '@jupyterlab/coreutils';

import type { ConfigOption } from '../protocol';
import { messageOf } from '../server/request';
import type { SessionChange } from '../server/sessions';
import type { SessionModel } from '../session/model';
import type { IPaneActions, ITerminalActions, IWorktreeActions } from '../views/contract';
import type { BlobUrls } from './blobs';
import { openFile, pickFiles } from './files';
import type { IPaneServices } from './services';

export function paneActions(
  services: IPaneServices,
  model: SessionModel,
  blobs: BlobUrls
): Omit<IPaneActions, keyof (IWorktreeActions & ITerminalActions)> {
  const { id } = model;
  const { server, feed } = services;
  const change = async (change: SessionChange) => {
    feed.put(await server.change(id, change));
  };
  return {
    send: (prompt, text, attachments, when) => server.prompt(id, { id: prompt, text, attachments, when }),
    stop: () => server.cancel(id),
    answer: (question, option, reason) => server.answer(id, question, option.id, reason),
    editQueued: (prompt, text) => server.editPrompt(id, prompt, text),
    removeQueued: prompt => server.removePrompt(id, prompt),
    sendQueuedNow: prompt => server.sendPromptNow(id, prompt),
    setMode: mode => change({ mode }),
    setOption: (option, value) => change(changeOf(model.state.options, option, value)),
    rename: name => change({ name }),
    findFiles: query => server.files(id, query),
    pickFiles: () => pickFiles(services),
    openFile: (path, line) => {
      openFile(services, absolute(model, path), line).catch(showError);
    },
    blobUrl: hash => blobs.url(hash)
  };
}

/** A session's model and effort are options of the agent, whatever it calls them. */
export function changeOf(options: readonly ConfigOption[], id: string, value: string): SessionChange {
  switch (options.find(option => option.id === id)?.category ?? id) {
    case 'model':
      return { model: value };
    case 'mode':
      return { mode: value };
    default:
      return { effort: value };
  }
}

export function showError(error: unknown): void {
  Notification.error(messageOf(error));
}

function absolute(model: SessionModel, path: string): string {
  const directory = model.state.directory ?? model.summary?.directory;
  return path.startsWith('/') || directory === undefined ? path : PathExt.join(directory, path);
}

/** What the ⋯ menu of a pane offers besides the views' own entries. */
import { Dialog, showDialog } from '@jupyterlab/apputils';

import { ServerError } from '../server/request';
import type { MenuEntry } from '../views/menu';
import { showError } from './actions';
import type { SessionPane } from './pane';

export function paneMenu(pane: SessionPane): readonly MenuEntry[] {
  const { trans } = pane.services;
  const archived = pane.model?.state.archived ?? false;
  return [
    command(pane, 'parsess-lab:split-right'),
    command(pane, 'parsess-lab:split-down'),
    command(pane, 'parsess-lab:toggle-terminal'),
    command(pane, 'parsess-lab:toggle-changes'),
    { type: 'separator' },
    command(pane, 'parsess-lab:rewind'),
    command(pane, 'parsess-lab:new-worktree'),
    ...worktreeEntries(pane),
    { type: 'separator' },
    { label: trans.__('Duplicate'), run: () => void duplicate(pane).catch(showError) },
    {
      label: archived ? trans.__('Restore') : trans.__('Archive'),
      run: () => void archive(pane, !archived).catch(showError)
    },
    { label: trans.__('Delete…'), run: () => void remove(pane).catch(showError) }
  ];
}

/** Only what can be done with this session's worktree. */
function worktreeEntries(pane: SessionPane): readonly MenuEntry[] {
  const worktree = pane.model?.summary?.worktree;
  if (worktree?.status !== 'ready') {
    return [];
  }
  const own = [command(pane, 'parsess-lab:land')];
  return worktree.id === null ? own : [...own, command(pane, 'parsess-lab:remove-worktree')];
}

function command({ services: { app } }: SessionPane, id: string): MenuEntry {
  const binding = app.commands.keyBindings.find(({ command }) => command === id);
  return {
    label: app.commands.label(id),
    keys: binding?.keys ?? [],
    run: () => void app.commands.execute(id).catch(showError)
  };
}

async function duplicate({ services, session }: SessionPane): Promise<void> {
  if (session !== null) {
    const copy = await services.server.duplicate(session);
    services.feed.put(copy);
    await services.app.commands.execute('parsess-lab:open-session', { id: copy.id });
  }
}

async function archive({ services, session }: SessionPane, archived: boolean): Promise<void> {
  if (session !== null) {
    services.feed.put(await services.server.change(session, { archived }));
  }
}

/** What the dialog says goes with a session. */
const TOLD = ['conversation', 'question', 'running'];

/** Asks, and says what goes. What the server finds besides is asked again. */
async function remove(pane: SessionPane): Promise<void> {
  const { services, session, label } = pane;
  const { trans, server, memory } = services;
  const goes = trans.__(
    'What it does now is stopped, and its conversation is deleted for good. Files in its directory stay as they are.'
  );
  if (session === null || !(await consents(pane, trans.__('Delete “%1”?', label), goes))) {
    return;
  }
  try {
    await server.remove(session, TOLD);
  } catch (error) {
    const kinds = lossesOf(error);
    if (!(await consents(pane, trans.__('Delete “%1” all the same?', label), (error as Error).message))) {
      return;
    }
    await server.remove(session, [...TOLD, ...kinds]);
  }
  memory.forget(session);
  pane.dispose();
}

/** The kinds of loss that a refusal names; any other error is none of ours. */
function lossesOf(error: unknown): string[] {
  if (error instanceof ServerError && error.code === 'would_lose') {
    return (error.details.reasons as readonly { readonly kind: string }[]).map(({ kind }) => kind);
  }
  throw error;
}

async function consents({ services: { trans } }: SessionPane, title: string, body: string): Promise<boolean> {
  const buttons = [Dialog.cancelButton(), Dialog.warnButton({ label: trans.__('Delete') })];
  return (await showDialog({ title, body, buttons, defaultButton: 0 })).button.accept;
}

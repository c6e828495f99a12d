/** JupyterLab's own ways to pick and open files, for paths of the server. */
import { FileDialog } from '@jupyterlab/filebrowser';
import { PathExt } from '@jupyterlab/coreutils';
import type { Contents } from '@jupyterlab/services';

import type { ResourceLinkBlock } from '../protocol';
import { inBrowser, onServer } from './places';
import type { IPaneServices } from './services';

/** What JupyterLab's editors have, where a line can be gone to. */
interface IEditorWidget {
  readonly context?: { readonly ready: Promise<void> };
  readonly content?: {
    readonly editor?: {
      setCursorPosition(position: { line: number; column: number }): void;
      revealPosition(position: { line: number; column: number }): void;
    };
  };
}

/**
 * Open a file of the server in JupyterLab.
 *
 * @param line - From 1.
 * @throws Error: JupyterLab can't reach it, or it can't be opened.
 */
export async function openFile(services: IPaneServices, path: string, line?: number): Promise<void> {
  const { app, trans } = services;
  const inside = inBrowser(await services.places(), PathExt.normalize(path));
  if (inside === null) {
    throw new Error(
      trans.__('%1 lies outside the directory that JupyterLab shows, so it can’t be opened here.', path)
    );
  }
  const widget = (await app.commands.execute('docmanager:open', { path: inside })) as
    IEditorWidget | undefined;
  if (line !== undefined && widget) {
    await widget.context?.ready;
    const position = { line: line - 1, column: 0 };
    widget.content?.editor?.setCursorPosition(position);
    widget.content?.editor?.revealPosition(position);
  }
}

export async function pickFiles(services: IPaneServices): Promise<ResourceLinkBlock[]> {
  const { documents, trans } = services;
  if (!documents) {
    return [];
  }
  const { value } = await FileDialog.getOpenFiles({ manager: documents, title: trans.__('Attach files') });
  const places = await services.places();
  const files = (value ?? []).filter(({ type }) => type !== 'directory');
  return files.map(file => ({
    type: 'resource_link',
    uri: onServer(places, localPath(services, file)),
    name: file.name,
    mime_type: file.mimetype,
    size: file.size ?? null
  }));
}

/** Null: nothing was picked. */
export async function pickDirectory(services: IPaneServices): Promise<string | null> {
  const { documents, trans } = services;
  if (!documents) {
    return null;
  }
  const title = trans.__('Choose a directory');
  const { value } = await FileDialog.getExistingDirectory({ manager: documents, title });
  const [directory] = value ?? [];
  return directory ? onServer(await services.places(), localPath(services, directory)) : null;
}

/** Without the name of the drive. */
const localPath = ({ app }: IPaneServices, file: Contents.IModel): string =>
  app.serviceManager.contents.localPath(file.path);

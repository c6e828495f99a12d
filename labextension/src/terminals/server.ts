/** JupyterLab's terminal client, made to speak to our routes. One a page. */
import { URLExt } from '@jupyterlab/coreutils';
import { TerminalManager, type ServerConnection, type Terminal } from '@jupyterlab/services';
import type { IDisposable } from '@lumino/disposable';

import { path, request, requestJson } from '../server/request';

/** As the server tells it. */
export interface ITerminalModel extends Terminal.IModel {
  readonly directory: string;
  readonly session: string | null;
}

export class TerminalServer implements IDisposable {
  constructor(private readonly settings: ServerConnection.ISettings) {
    this.manager = new TerminalManager({
      serverSettings: {
        ...settings,
        baseUrl: URLExt.join(settings.baseUrl, 'parsess/'),
        wsUrl: URLExt.join(settings.wsUrl, 'parsess/')
      },
      // Each terminal tells of its own end: nothing needs to be asked for every few seconds.
      standby: () => true
    });
  }

  /** Whether the administrator lets people have terminals. */
  get available(): boolean {
    return this.manager.isAvailable();
  }

  get isDisposed(): boolean {
    return this.manager.isDisposed;
  }

  /**
   * The session's living terminal in this directory, or a new one.
   *
   * @throws ServerError: the directory is refused, or no shell can be started.
   */
  async open(session: string, directory: string): Promise<Terminal.ITerminalConnection> {
    const model = await requestJson<ITerminalModel>(this.settings, 'POST', 'api/terminals', {
      directory,
      session
    });
    return this.manager.connectTo({ model });
  }

  /** @throws ServerError: with status 404 and perhaps an `exit_code` when its shell has ended. */
  async check(name: string): Promise<void> {
    await request(this.settings, 'GET', path('api', 'terminals', name));
  }

  dispose(): void {
    this.manager.dispose();
  }

  private readonly manager: TerminalManager;
}

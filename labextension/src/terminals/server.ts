/** JupyterLab's terminal client, made to speak to our routes. One a page. */
import { URLExt } from '@jupyterlab/coreutils';
import { TerminalManager, type ServerConnection, type Terminal } from '@jupyterlab/services';
import type { IDisposable } from '@lumino/disposable';

import { path, request, requestJson, type Method } from '../server/request';
import type { ICommandRecord, IMasked, IMonitor, ITerminalModel, IWatching } from './records';

/** Characters of a command's output that go into a prompt. */
const OUTPUT = 20_000;

export class TerminalServer implements IDisposable {
  constructor(readonly settings: ServerConnection.ISettings) {
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

  /** The living terminals of a session, the oldest first. */
  async list(session: string): Promise<ITerminalModel[]> {
    const all = await this.ask<ITerminalModel[]>('GET', '');
    return all
      .filter(model => model.session === session)
      .sort((a, b) => (a.created ?? '').localeCompare(b.created ?? ''));
  }

  /**
   * The session's living terminal in this directory, or a new one.
   *
   * @param fresh - A new one in any case.
   * @throws ServerError: the directory is refused, or no shell can be started.
   */
  open(session: string, directory: string, fresh = false): Promise<ITerminalModel> {
    return this.ask('POST', '', { directory, session, new: fresh });
  }

  connect(model: ITerminalModel): Terminal.ITerminalConnection {
    return this.manager.connectTo({ model });
  }

  /** @throws ServerError: with status 404 and perhaps an `exit_code` when its shell has ended. */
  async check(name: string): Promise<void> {
    await request(this.settings, 'GET', path('api', 'terminals', name));
  }

  find(name: string): Promise<ITerminalModel> {
    return this.ask('GET', `/${path(name)}`);
  }

  /** End the shell with all that runs in it. */
  async close(name: string): Promise<void> {
    await request(this.settings, 'DELETE', path('api', 'terminals', name));
  }

  /** @param label - Null: the name that it has by itself. */
  rename(name: string, label: string | null): Promise<ITerminalModel> {
    return this.ask('PATCH', `/${path(name)}`, { label });
  }

  /** A command with what it printed: plain, cut in the middle, without secrets. */
  output(name: string, command: number, limit = OUTPUT): Promise<ICommandRecord> {
    return this.ask('GET', `/${path(name, 'commands', String(command), 'output')}?limit=${limit}`);
  }

  mask(name: string, text: string): Promise<IMasked> {
    return this.ask('POST', `/${path(name, 'mask')}`, { text });
  }

  /** @throws ServerError: `shell_busy`, `no_integration`, or the directory is refused. */
  follow(name: string, directory: string): Promise<ITerminalModel> {
    return this.ask('POST', `/${path(name, 'directory')}`, { directory });
  }

  /** What is watched for fires once. */
  monitor(name: string, watching: IWatching): Promise<IMonitor> {
    return this.ask('POST', `/${path(name, 'monitors')}`, watching);
  }

  /** Its person has been told. */
  async unmonitor(name: string, id: number): Promise<void> {
    await request(this.settings, 'DELETE', path('api', 'terminals', name, 'monitors', String(id)));
  }

  dispose(): void {
    this.manager.dispose();
  }

  private ask<T>(method: Method, rest: string, body?: unknown): Promise<T> {
    return requestJson<T>(this.settings, method, `api/terminals${rest}`, body);
  }

  private readonly manager: TerminalManager;
}

/**
 * Watches a terminal's connection. JupyterLab's client gives up after two minutes, and does not notice that
 * a terminal went down with its server; a person comes back to a laptop after an hour.
 */
import type { Terminal } from '@jupyterlab/services';
import type { IDisposable } from '@lumino/disposable';
import { Poll } from '@lumino/polling';
import { Signal } from '@lumino/signaling';

import { isNotFound, ServerError } from '../server/request';
import type { TerminalServer } from './server';

/** For how long a connection may be away before it is worth a word, in milliseconds. */
const PATIENCE = 500;

/** Null: nobody can say how. */
export type ExitCode = number | null;

export class Lifeline implements IDisposable {
  constructor(
    private readonly server: TerminalServer,
    private readonly connection: Terminal.ITerminalConnection
  ) {
    connection.messageReceived.connect((_, message) => {
      this.onMessage(message);
    }, this);
    connection.connectionStatusChanged.connect((_, status) => {
      this.onStatusChanged(status);
    }, this);
    connection.disposed.connect(() => {
      this.onDisposed();
    }, this);
  }

  /** False while the connection is down for longer than a moment, true once it is back. */
  readonly reachedChanged = new Signal<this, boolean>(this);
  /** The shell has ended. The last signal. */
  readonly ended = new Signal<this, ExitCode>(this);

  get isDisposed(): boolean {
    return this.poll.isDisposed;
  }

  dispose(): void {
    if (!this.isDisposed) {
      this.poll.dispose();
      clearTimeout(this.patience);
      Signal.clearData(this);
    }
  }

  private onMessage({ type, content }: Terminal.IMessage): void {
    // Ours: JupyterLab's types know only its own kinds.
    if ((type as string) === 'exit') {
      this.exitCode = toExitCode(content?.[0]);
    }
  }

  private onStatusChanged(status: Terminal.ConnectionStatus): void {
    if (this.isDisposed || this.connection.isDisposed) {
      return;
    }
    if (status !== 'connected') {
      this.patience ??= setTimeout(() => {
        this.lose();
      }, PATIENCE);
      return;
    }
    clearTimeout(this.patience);
    this.patience = undefined;
    void this.poll.stop();
    this.tell(true);
  }

  private lose(): void {
    if (this.reached) {
      void this.poll.start();
      this.tell(false);
    }
  }

  private tell(reached: boolean): void {
    if (reached !== this.reached) {
      this.reached = reached;
      this.reachedChanged.emit(reached);
    }
  }

  private onDisposed(): void {
    if (!this.isDisposed) {
      this.ended.emit(this.exitCode);
      this.dispose();
    }
  }

  /** Rejects while the server can't be reached, so that the poll waits longer from time to time. */
  private async check(): Promise<void> {
    try {
      await this.server.check(this.connection.name);
    } catch (error) {
      if (!isNotFound(error)) {
        throw error;
      }
      this.exitCode ??= error instanceof ServerError ? toExitCode(error.details.exit_code) : null;
      this.connection.dispose();
      return;
    }
    if (!this.connection.isDisposed && this.connection.connectionStatus === 'disconnected') {
      await this.connection.reconnect();
    }
  }

  private exitCode: ExitCode = null;
  private reached = false;
  private patience: ReturnType<typeof setTimeout> | undefined;
  private readonly poll = new Poll({
    auto: false,
    factory: () => this.check(),
    frequency: { interval: 1000, backoff: 2, max: 5000 },
    name: 'parsess-lab:terminal'
  });
}

const toExitCode = (value: unknown): ExitCode => (typeof value === 'number' ? value : null);

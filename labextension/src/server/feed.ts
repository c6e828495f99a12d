/** The list of sessions, kept up to date by one socket for the whole page. */
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';

import type { ISummary } from '../protocol';
import type { Sessions } from './sessions';
import { Socket, type IDelays } from './socket';

type Change = ISummary | { readonly id: string; readonly deleted: true };

export class Feed implements IDisposable {
  constructor(
    private readonly server: Sessions,
    delays?: IDelays
  ) {
    this.socket = new Socket(server.settings, () => 'feed', delays);
    this.socket.received.connect((_, change) => {
      this.take(change as Change);
    });
    this.socket.statusChanged.connect((_, status) => {
      if (status === 'live') {
        void this.refresh();
      }
    });
  }

  /** Id of a session that changed, came or went. */
  readonly changed = new Signal<this, string>(this);

  get sessions(): ReadonlyMap<string, ISummary> {
    return this._sessions;
  }

  get isDisposed(): boolean {
    return this.socket.isDisposed;
  }

  connect(): void {
    this.socket.connect();
  }

  /** A session that this page made or changed is known before the feed tells. */
  put(summary: ISummary): void {
    this.take(summary);
  }

  dispose(): void {
    this.socket.dispose();
    Signal.clearData(this);
  }

  /** What went while the socket was down, nobody tells. */
  private async refresh(): Promise<void> {
    const before = [...this._sessions.keys()];
    const there = await this.server.list().catch(() => null);
    if (there === null || this.isDisposed) {
      return;
    }
    for (const summary of there) {
      this.take(summary);
    }
    const ids = new Set(there.map(({ id }) => id));
    for (const id of before.filter(id => !ids.has(id))) {
      this.take({ id, deleted: true });
    }
  }

  private take(change: Change): void {
    const known = this._sessions.get(change.id);
    if ('deleted' in change) {
      this._sessions.delete(change.id);
    } else if (known && known.last_seq > change.last_seq) {
      return;
    } else {
      this._sessions.set(change.id, change);
    }
    this.changed.emit(change.id);
  }

  private readonly socket: Socket;
  private readonly _sessions = new Map<string, ISummary>();
}

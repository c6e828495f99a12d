/** A session as this page knows it: its events folded, its summary, and how it is connected. */
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';

import type { IStored, ISummary } from '../protocol';
import type { Feed } from '../server/feed';
import { isNotFound } from '../server/request';
import type { Sessions } from '../server/sessions';
import { EventStream } from '../server/stream';
import type { SocketStatus } from '../server/socket';
import { conflate } from './frame';
import { reduce } from './reduce';
import { EMPTY, type ISessionState } from './state';

/** `gone`: the server has no such session (any more). */
export type Connection = SocketStatus | 'gone';

export class SessionModel implements IDisposable {
  constructor(
    readonly id: string,
    private readonly server: Sessions,
    private readonly feed: Feed
  ) {
    this._summary = feed.sessions.get(id) ?? null;
    this.stream = new EventStream(server.settings, id);
    this.stream.received.connect((_, events) => {
      this.take(events);
    });
    this.stream.restarted.connect(() => {
      this._state = EMPTY;
      this.changed.request();
    });
    this.stream.statusChanged.connect((_, status) => {
      this.changed.request();
      if (status === 'reconnecting') {
        void this.look();
      }
    });
    feed.changed.connect(this.onFeed);
    void this.begin();
  }

  /** State, summary or connection are others than before; at most once a frame. */
  readonly stateChanged = new Signal<this, void>(this);

  get state(): ISessionState {
    return this._state;
  }

  /** Null until the server has answered. */
  get summary(): ISummary | null {
    return this._summary;
  }

  get connection(): Connection {
    return this._gone ? 'gone' : this.stream.status;
  }

  get isDisposed(): boolean {
    return this.changed.isDisposed;
  }

  dispose(): void {
    if (this.isDisposed) {
      return;
    }
    this.changed.dispose();
    this.stream.dispose();
    this.feed.changed.disconnect(this.onFeed);
    Signal.clearData(this);
  }

  /** A refused socket tells no reason: ask whether there is a session before one is opened. */
  private async begin(): Promise<void> {
    await this.look();
    if (!this._gone && !this.isDisposed) {
      this.stream.connect();
    }
  }

  private async look(): Promise<void> {
    try {
      this.feed.put(await this.server.get(this.id));
    } catch (error) {
      // Without an answer the stream goes on trying.
      if (isNotFound(error)) {
        this.end();
      }
    }
  }

  private take(events: readonly IStored[]): void {
    this._state = events.reduce(reduce, this._state);
    this.changed.request();
  }

  private readonly onFeed = (feed: Feed, id: string): void => {
    if (id !== this.id) {
      return;
    }
    const summary = feed.sessions.get(id);
    if (summary) {
      this._summary = summary;
      this.changed.request();
    } else {
      this.end();
    }
  };

  private end(): void {
    this._gone = true;
    this.stream.dispose();
    this.changed.request();
  }

  private readonly changed = conflate(() => {
    this.stateChanged.emit();
  });
  private readonly stream: EventStream;
  private _state: ISessionState = EMPTY;
  private _summary: ISummary | null;
  private _gone = false;
}

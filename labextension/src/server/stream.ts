/** One session's events, each once and in order, through any number of drops. */
import type { ServerConnection } from '@jupyterlab/services';
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';

import type { IStored } from '../protocol';
import { path } from './request';
import { Socket, type IDelays, type SocketStatus } from './socket';

export class EventStream implements IDisposable {
  constructor(settings: ServerConnection.ISettings, session: string, delays?: IDelays) {
    const route = path('sessions', session, 'stream');
    this.socket = new Socket(settings, () => `${route}?after=${this._lastSeq}`, delays);
    this.socket.received.connect((_, frame) => {
      this.take(frame as IStored | IStored[]);
    });
    this.socket.outdated.connect(() => {
      this._lastSeq = 0;
      this.restarted.emit();
    });
    this.socket.statusChanged.connect((_, status) => {
      this.statusChanged.emit(status);
    });
  }

  readonly received = new Signal<this, readonly IStored[]>(this);
  readonly statusChanged = new Signal<this, SocketStatus>(this);
  /** All events come again, from the first. */
  readonly restarted = new Signal<this, void>(this);

  get status(): SocketStatus {
    return this.socket.status;
  }

  get isDisposed(): boolean {
    return this.socket.isDisposed;
  }

  connect(): void {
    this.socket.connect();
  }

  dispose(): void {
    this.socket.dispose();
    Signal.clearData(this);
  }

  private take(frame: IStored | IStored[]): void {
    const events = (Array.isArray(frame) ? frame : [frame]).filter(({ seq }) => seq > this._lastSeq);
    const last = events.at(-1);
    if (last) {
      this._lastSeq = last.seq;
      this.received.emit(events);
    }
  }

  private readonly socket: Socket;
  private _lastSeq = 0;
}

/** A socket that comes back by itself: sooner after the first drop, later after many, never all at once. */
import type { ServerConnection } from '@jupyterlab/services';
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';

import { socketUrl } from './request';

export type SocketStatus = 'connecting' | 'live' | 'reconnecting';

/** Milliseconds until the first attempt after a drop, and at most. */
export interface IDelays {
  readonly first: number;
  readonly most: number;
}

const DELAYS: IDelays = { first: 500, most: 15_000 };

/** Closed by the server because this client read too slowly: nothing is broken. */
const RESYNC = 4408;

/** Closed by the server because this client knows events that the log has lost: begin anew. */
const AHEAD = 4409;

export class Socket implements IDisposable {
  /** @param path - Asked anew for each connection, so that it may carry a cursor. */
  constructor(
    private readonly settings: ServerConnection.ISettings,
    private readonly path: () => string,
    private readonly delays: IDelays = DELAYS
  ) {}

  /** One frame, parsed. */
  readonly received = new Signal<this, unknown>(this);
  readonly statusChanged = new Signal<this, SocketStatus>(this);
  /** What was received so far no longer holds. */
  readonly outdated = new Signal<this, void>(this);

  get status(): SocketStatus {
    return this._status;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  connect(): void {
    clearTimeout(this._timer);
    window.removeEventListener('online', this.hurry);
    if (this._isDisposed) {
      return;
    }
    const socket = new this.settings.WebSocket(socketUrl(this.settings, this.path()));
    this._socket = socket;
    socket.onopen = () => {
      this._failures = 0;
      this.setStatus('live');
    };
    socket.onmessage = ({ data }: MessageEvent<string>) => {
      this.received.emit(JSON.parse(data));
    };
    socket.onclose = ({ code }) => {
      this.reconnect(code);
    };
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    clearTimeout(this._timer);
    window.removeEventListener('online', this.hurry);
    if (this._socket) {
      this._socket.onopen = this._socket.onmessage = this._socket.onclose = null;
      this._socket.close();
    }
    Signal.clearData(this);
  }

  private reconnect(code: number): void {
    if (code === AHEAD) {
      this.outdated.emit();
    }
    const wait = code === RESYNC ? 0 : this.delay();
    this._failures += 1;
    this._timer = setTimeout(this.hurry, wait);
    window.addEventListener('online', this.hurry);
    this.setStatus('reconnecting');
  }

  /** Doubled with each failure; half of it is chance, so that panes don't come back in step. */
  private delay(): number {
    const longest = Math.min(this.delays.most, this.delays.first * 2 ** this._failures);
    return longest * (0.5 + Math.random() / 2);
  }

  private setStatus(status: SocketStatus): void {
    if (status !== this._status) {
      this._status = status;
      this.statusChanged.emit(status);
    }
  }

  private readonly hurry = () => {
    this.connect();
  };

  private _status: SocketStatus = 'connecting';
  private _socket: WebSocket | null = null;
  private _failures = 0;
  private _timer: ReturnType<typeof setTimeout> | undefined;
  private _isDisposed = false;
}

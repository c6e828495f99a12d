/** The part of JupyterLab's connection that ours lean on; what is sent is kept. */
import type { Terminal } from '@jupyterlab/services';
import { Signal } from '@lumino/signaling';

export class Connection {
  readonly name = 'abc';
  readonly messageReceived = new Signal<this, Terminal.IMessage>(this);
  readonly connectionStatusChanged = new Signal<this, Terminal.ConnectionStatus>(this);
  readonly disposed = new Signal<this, void>(this);
  readonly sent: unknown[][] = [];
  connectionStatus: Terminal.ConnectionStatus = 'connecting';
  isDisposed = false;

  get asConnection(): Terminal.ITerminalConnection {
    return this as unknown as Terminal.ITerminalConnection;
  }

  become(status: Terminal.ConnectionStatus): void {
    this.connectionStatus = status;
    this.connectionStatusChanged.emit(status);
  }

  receive(type: string, ...content: unknown[]): void {
    this.messageReceived.emit({ type, content } as Terminal.IMessage);
  }

  send({ type, content }: Terminal.IMessage): void {
    this.sent.push([type, ...(content ?? [])]);
  }
}

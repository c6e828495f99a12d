/**
 * What this page tells the server of its looking at a terminal: how much is on the screen already, whether it is
 * seen at all, and its size.
 *
 * A terminal that is not seen gets no output and has no say in the size; one that is not drawn yet would tell a
 * size that nobody chose, and the shell would redraw its prompt for it.
 */
import type { Terminal as TerminalService } from '@jupyterlab/services';
import type { Terminal } from '@jupyterlab/terminal';

import { screenOf } from './screen';

type Connection = TerminalService.ITerminalConnection;
type Message = TerminalService.IMessage;

export class Viewing {
  constructor(
    private readonly connection: Connection,
    private shown: boolean
  ) {
    connection.connectionStatusChanged.connect(this.onStatus);
    connection.messageReceived.connect(this.onMessage);
    this.gated = gate(connection, message => {
      this.pass(message);
    });
    if (connection.connectionStatus === 'connected') {
      this.onStatus(connection, 'connected');
    }
  }

  get visible(): boolean {
    return this.shown;
  }

  /** The connection as the widget is to have it. */
  readonly gated: Connection;

  /** From now on sizes and what was drawn are told of this widget. */
  follow(terminal: Terminal): void {
    this.terminal = terminal;
  }

  /** Coming into sight, the size has to be told right after. */
  show(visible: boolean): void {
    if (visible !== this.shown) {
      this.shown = visible;
      this.tell('visible', visible);
      this.tellSize();
    }
  }

  private pass(message: Message): void {
    if (message.type !== 'set_size') {
      this.connection.send(message);
    } else if (this.terminal && screenOf(this.terminal)?.element) {
      this.size = message;
      this.tellSize();
    }
  }

  private tellSize(): void {
    if (this.shown && this.size && this.connected) {
      this.connection.send(this.size);
    }
  }

  private readonly onStatus = (_: Connection, status: TerminalService.ConnectionStatus) => {
    if (status !== 'connected') {
      this.socket += 1;
      return;
    }
    if (!this.shown) {
      this.tell('visible', false);
    }
    this.tellSize();
  };

  private readonly onMessage = (_: Connection, { type, content }: Message) => {
    const { terminal, socket } = this;
    if (type !== 'stdout' || !terminal) {
      return;
    }
    const { length } = String(content?.[0] ?? '');
    // The widget writes it in this turn of the loop, or when it is ready; an empty piece comes after it.
    terminal.ready.then(
      () => {
        screenOf(terminal)?.write('', () => {
          this.acknowledge(length, socket);
        });
      },
      () => undefined
    );
  };

  /** What was lost with a socket is of no interest to the next one. */
  private acknowledge(length: number, socket: number): void {
    if (socket === this.socket) {
      this.tell('ack', length);
    }
  }

  /** Said at once or not at all: what waited for the next socket would be wrong there. */
  private tell(kind: 'ack' | 'visible', value: number | boolean): void {
    if (this.connected) {
      // Ours: JupyterLab's types know only its own kinds.
      this.connection.send({ type: kind as TerminalService.MessageType, content: [value] as never });
    }
  }

  private get connected(): boolean {
    return !this.connection.isDisposed && this.connection.connectionStatus === 'connected';
  }

  private terminal: Terminal | null = null;
  private size: Message | null = null;
  private socket = 0;
}

/** The same connection, but what is sent goes through `pass`. */
function gate(connection: Connection, pass: (message: Message) => void): Connection {
  return new Proxy(connection, {
    get: (target, name) => {
      if (name === 'send') {
        return pass;
      }
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    }
  });
}

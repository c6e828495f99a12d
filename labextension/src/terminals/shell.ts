/** One shell as seen from this page: JupyterLab's widget, its connection, and what watches it. */
import type { Terminal as TerminalService } from '@jupyterlab/services';
import { Terminal } from '@jupyterlab/terminal';
import type { ITranslator } from '@jupyterlab/translation';
import type { IDisposable } from '@lumino/disposable';
import { MessageLoop } from '@lumino/messaging';
import { Signal } from '@lumino/signaling';
import { Widget } from '@lumino/widgets';

import { Lifeline } from './lifeline';
import type { TerminalOptions } from './preferences';
import type { TerminalServer } from './server';
import { keysFor, PasteMode } from './typed';

/** How long several lines wait for the shell's prompt, in milliseconds. */
const PROMPT_WAIT = 3000;

export class Shell implements IDisposable {
  constructor(
    server: TerminalServer,
    private readonly connection: TerminalService.ITerminalConnection,
    options: TerminalOptions,
    translator?: ITranslator
  ) {
    this.terminal = new Terminal(connection, options, translator);
    this.lifeline = new Lifeline(server, connection);
    connection.messageReceived.connect((_, { type, content }) => {
      if (type === 'stdout') {
        this.paste.follow(String(content?.[0] ?? ''));
      }
    }, this);
  }

  readonly terminal: Terminal;
  readonly lifeline: Lifeline;

  get isAlive(): boolean {
    return !this.connection.isDisposed;
  }

  get isDisposed(): boolean {
    return this.terminal.isDisposed;
  }

  focus(): void {
    void this.terminal.ready.then(() => {
      this.terminal.activate();
    });
  }

  /** Take the room there is, and tell the server. */
  fit(): void {
    if (!this.isDisposed) {
      MessageLoop.postMessage(this.terminal, Widget.ResizeMessage.UnknownSize);
    }
  }

  /** Put text on the line without running it; false if the shell would run it. */
  async type(text: string): Promise<boolean> {
    if (text.trim().includes('\n')) {
      await this.bracketing();
    }
    const keys = keysFor(text, this.paste.bracketed);
    if (keys !== null) {
      this.connection.send({ type: 'stdin', content: [keys] });
    }
    return keys !== null;
  }

  /** The shell itself lives on. */
  dispose(): void {
    if (!this.isDisposed) {
      this.lifeline.dispose();
      this.terminal.dispose();
      this.connection.dispose();
      Signal.clearData(this);
    }
  }

  /** Resolves when the shell takes a paste as text, or has had time enough to say so. */
  private bracketing(): Promise<void> {
    return new Promise(resolve => {
      const { messageReceived } = this.connection;
      const look = () => {
        if (this.paste.bracketed) {
          done();
        }
      };
      const done = () => {
        clearTimeout(timer);
        messageReceived.disconnect(look);
        resolve();
      };
      const timer = setTimeout(done, PROMPT_WAIT);
      messageReceived.connect(look);
      look();
    });
  }

  private readonly paste = new PasteMode();
}

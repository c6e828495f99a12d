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
import type { ITerminalModel } from './records';
import { Renderer } from './renderer';
import { screenOf, type IScreen } from './screen';
import type { TerminalServer } from './server';
import { keysFor, PasteMode } from './typed';
import { Viewing } from './viewing';
import { Work } from './work';

/** How long several lines wait for the shell's prompt, in milliseconds. */
const PROMPT_WAIT = 3000;

export interface IShellOptions {
  readonly server: TerminalServer;
  readonly model: ITerminalModel;
  readonly options: TerminalOptions;
  readonly visible: boolean;
  readonly translator?: ITranslator | undefined;
}

export class Shell implements IDisposable {
  constructor({ server, model, options, visible, translator }: IShellOptions) {
    this.connection = server.connect(model);
    this.viewing = new Viewing(this.connection, visible);
    this.terminal = new Terminal(this.viewing.gated, options, translator);
    this.viewing.follow(this.terminal);
    void this.terminal.ready.then(() => {
      this.draw();
    });
    this.lifeline = new Lifeline(server, this.connection);
    this.work = new Work(this.connection, model);
    this.connection.messageReceived.connect((_, { type, content }) => {
      if (type === 'stdout') {
        this.paste.follow(String(content?.[0] ?? ''));
      }
    }, this);
  }

  readonly terminal: Terminal;
  readonly lifeline: Lifeline;
  readonly work: Work;

  get name(): string {
    return this.connection.name;
  }

  get isAlive(): boolean {
    return !this.connection.isDisposed;
  }

  get isDisposed(): boolean {
    return this.terminal.isDisposed;
  }

  /** Null until the widget is ready. */
  get screen(): IScreen | null {
    return screenOf(this.terminal);
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

  /** Whether anybody sees it. */
  show(visible: boolean): void {
    this.viewing.show(visible);
    if (visible) {
      this.renderer?.take();
      this.fit();
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
      this.work.dispose();
      this.renderer?.dispose();
      this.terminal.dispose();
      this.connection.dispose();
      Signal.clearData(this);
    }
  }

  private draw(): void {
    if (this.screen && !this.isDisposed) {
      this.renderer = new Renderer(this.screen);
      if (this.viewing.visible) {
        this.renderer.take();
      }
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

  private readonly connection: TerminalService.ITerminalConnection;
  private readonly viewing: Viewing;
  private readonly paste = new PasteMode();
  private renderer: Renderer | null = null;
}

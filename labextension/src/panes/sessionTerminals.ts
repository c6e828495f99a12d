/** The terminals of one session: which there are, which is in front, and what a person does with them. */
import { Clipboard, Dialog, InputDialog, showDialog } from '@jupyterlab/apputils';
import { terminalIcon } from '@jupyterlab/ui-components';
import { UUID } from '@lumino/coreutils';
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';

import type { ResourceBlock } from '../protocol';
import { ServerError } from '../server/request';
import type { SessionModel } from '../session/model';
import type { IOpenQuestion } from '../session/state';
import { PaneTerminal, type ITerminalModel } from '../terminals';
import type { IBusyShell } from '../views/contract';
import { showError } from './actions';
import type { ITerminalCommands, TerminalDoing } from './content';
import type { LowerArea } from './lower';
import { openForeign, openLocal } from './localAddress';
import { tellOf } from './monitoring';
import type { SessionPane } from './pane';
import type { ITerminals } from './sessionContent';
import { openTerminalMenu } from './terminalMenu';

export interface ISessionTerminalsOptions {
  readonly pane: SessionPane;
  readonly model: SessionModel;
  /** The session's own directory, absolute. */
  readonly directory: string;
  readonly shared: ITerminals;
  readonly lower: LowerArea;
  readonly toPrompt: (block: ResourceBlock) => void;
}

export class SessionTerminals implements ITerminalCommands, IDisposable {
  constructor(private readonly options: ISessionTerminalsOptions) {
    const { lower, shared, model } = options;
    const listed = shared.server.available
      ? shared.server.list(model.id).catch(() => [])
      : Promise.resolve<ITerminalModel[]>([]);
    this.last = this.add(async () => (await listed)[0] ?? this.openModel(false));
    void listed.then(([first, ...others]) => {
      // Also unseen it tells what runs there, and what was watched for meanwhile.
      if (first && !this._isDisposed) {
        void this.last.open();
      }
      others.forEach(model => {
        this.add(() => Promise.resolve(model));
      });
    });
    lower.currentChanged.connect(this.onCurrent);
  }

  /** What one of them does or where it is, or which one is in front. */
  readonly changed = new Signal<this, void>(this);

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /** The one in front, or the one that was last. */
  get current(): PaneTerminal {
    return this.last;
  }

  get all(): readonly PaneTerminal[] {
    return this.terminals;
  }

  /** Whether the shell in front tells where its commands begin and end. */
  get marked(): boolean {
    return this.current.integrated;
  }

  get hasFocus(): boolean {
    return this.terminals.some(terminal => terminal.hasFocus);
  }

  focus(): void {
    this.current.focus();
  }

  dispose(): void {
    if (!this._isDisposed) {
      this._isDisposed = true;
      this.options.lower.currentChanged.disconnect(this.onCurrent);
      Signal.clearData(this);
    }
  }

  /** Put a command line into a shell that is at its prompt, typed and not run. */
  type(command: string): void {
    const terminal = this.atPrompt();
    this.show(terminal);
    terminal.focus();
    terminal
      .type(command)
      .then(taken => (taken ? undefined : this.openNew().type(command)))
      .catch(showError);
  }

  /** Have the command that a question is about run here, in sight: the server gives the agent what comes of it. */
  async runAsked(question: IOpenQuestion, fresh: boolean): Promise<IBusyShell | null> {
    const { pane, model } = this.options;
    const { trans, server } = pane.services;
    const run = question.options.find(({ kind }) => kind === 'run_in_terminal');
    const terminal = fresh ? this.openNew() : (this.free ?? this.current);
    this.show(terminal);
    const shell = await terminal.living();
    if (!run || !shell) {
      throw new Error(trans.__('This can’t be run in a terminal.'));
    }
    try {
      await server.runInTerminal(model.id, question.id, run.id, shell.name);
      return null;
    } catch (error) {
      return busyShell(error);
    }
  }

  can(doing: TerminalDoing): boolean {
    const { current } = this;
    switch (doing) {
      case 'copy':
      case 'send-selection':
        return current.selection !== '';
      case 'send-last-command':
        return current.isAlive && (!current.integrated || (current.lastCommand ?? current.running) !== null);
      case 'monitor':
        return current.running !== null;
      case 'close':
        return this.terminals.length > 1;
      case 'new':
        return true;
      default:
        return current.isAlive;
    }
  }

  async do(doing: TerminalDoing): Promise<void> {
    const { current } = this;
    switch (doing) {
      case 'send-selection':
        return current.sendSelection();
      case 'send-last-command':
        return current.integrated ? current.sendCommand() : current.sendScreen();
      case 'copy':
        Clipboard.copyToSystem(current.selection);
        return;
      case 'paste':
        current.paste(await navigator.clipboard.readText());
        return;
      case 'clear':
        current.clear();
        return;
      case 'new':
        this.openNew();
        return;
      case 'monitor':
        return this.monitor(current);
      case 'rename':
        return this.rename(current);
      case 'close':
        return this.close(current);
    }
  }

  async rename(terminal: PaneTerminal): Promise<void> {
    const { trans } = this.options.pane.services;
    const { value } = await InputDialog.getText({
      title: trans.__('Rename terminal'),
      label: trans.__('Leave it empty for the name that it has by itself.'),
      text: terminal.title.label
    });
    if (value !== null) {
      await terminal.rename(value.trim() || null);
    }
  }

  /** End the shell and take its tab away; asks when something runs in it. */
  async close(terminal: PaneTerminal): Promise<void> {
    const { pane, shared } = this.options;
    const { trans } = pane.services;
    const { running, name } = terminal;
    if (running) {
      const title = trans.__('Close “%1”?', terminal.title.label);
      const body = trans.__('“%1” runs in it and is ended.', running.command);
      const buttons = [Dialog.cancelButton(), Dialog.warnButton({ label: trans.__('Close') })];
      if (!(await showDialog({ title, body, buttons, defaultButton: 0 })).button.accept) {
        return;
      }
    }
    if (name !== null && terminal.isAlive) {
      await shared.server.close(name);
    }
    terminal.dispose();
  }

  openNew(): PaneTerminal {
    const terminal = this.add(() => this.openModel(true));
    this.show(terminal);
    terminal.focus();
    return terminal;
  }

  show(terminal: PaneTerminal): void {
    const { lower } = this.options;
    lower.currentWidget = terminal;
    lower.open = true;
  }

  private add(find: () => Promise<ITerminalModel>): PaneTerminal {
    const { pane, model, directory, shared, lower, toPrompt } = this.options;
    const { trans } = pane.services;
    this.count += 1;
    const terminal = new PaneTerminal({
      ...shared,
      session: model.id,
      directory,
      name: this.count === 1 ? trans.__('Terminal') : trans.__('Terminal %1', this.count),
      find,
      trans,
      toPrompt,
      openers: {
        local: address => {
          openLocal(pane, address).catch(showError);
        },
        foreign: address => {
          openForeign(pane, address).catch(showError);
        }
      },
      onError: showError
    });
    terminal.id = `parsess-terminal-${UUID.uuid4()}`;
    terminal.title.icon = terminalIcon;
    this.terminals = [...this.terminals, terminal];
    lower.insertWidget(this.terminals.length - 1, terminal);
    this.follow(terminal);
    // Tabs tell what runs in terminals that nobody has looked at yet.
    if (this.terminals.length > 1) {
      void terminal.open();
    }
    this.onCount();
    return terminal;
  }

  private follow(terminal: PaneTerminal): void {
    terminal.changed.connect(() => {
      this.changed.emit();
    });
    terminal.told.connect((_, monitor) => {
      tellOf(this.options.pane, terminal, monitor, () => {
        this.show(terminal);
        terminal.focus();
      });
    });
    terminal.menuRequested.connect((_, { x, y }) => {
      this.last = terminal;
      openTerminalMenu(this.options.pane, this, x, y);
    });
    terminal.disposed.connect(() => {
      this.onGone(terminal);
    });
  }

  private onGone(terminal: PaneTerminal): void {
    this.terminals = this.terminals.filter(other => other !== terminal);
    const [first] = this.terminals;
    if (!this._isDisposed && first && this.last === terminal) {
      this.last = first;
      this.options.lower.currentWidget = first;
    }
    this.onCount();
  }

  /** The only one has nothing to be closed for. */
  private onCount(): void {
    this.terminals.forEach(terminal => {
      terminal.title.closable = this.terminals.length > 1;
    });
  }

  private readonly onCurrent = () => {
    const { currentWidget } = this.options.lower;
    if (currentWidget instanceof PaneTerminal) {
      this.last = currentWidget;
      this.changed.emit();
    }
  };

  private openModel(fresh: boolean): Promise<ITerminalModel> {
    const { model, directory, shared } = this.options;
    return shared.server.open(model.id, fresh ? (this.agentDirectory ?? directory) : directory, fresh);
  }

  private get agentDirectory(): string | null {
    return this.options.model.state.directory;
  }

  /** What is typed into a program that runs would go to that. */
  private atPrompt(): PaneTerminal {
    return this.free ?? this.openNew();
  }

  /** One in which nothing runs, the one in front before others. */
  private get free(): PaneTerminal | undefined {
    return [this.current, ...this.terminals].find(({ running }) => running === null);
  }

  private async monitor(terminal: PaneTerminal): Promise<void> {
    const { trans } = this.options.pane.services;
    const { value, isChecked } = await InputDialog.getText({
      title: trans.__('Monitor “%1”', terminal.running?.command ?? ''),
      label: trans.__('You are told when it exits. Tell also when it prints (* stands for anything):'),
      okLabel: trans.__('Monitor'),
      checkbox: {
        label: trans.__('Tell the agent too'),
        caption: trans.__('It gets the output as a prompt, also while no page is open.'),
        checked: false
      }
    });
    if (value !== null) {
      await terminal.monitor(value.trim(), isChecked === true);
    }
  }

  private terminals: readonly PaneTerminal[] = [];
  private last: PaneTerminal;
  private count = 0;
  private _isDisposed = false;
}

/** What keeps the shell, if that is why it was refused. Throws any other error. */
function busyShell(error: unknown): IBusyShell {
  if (!(error instanceof ServerError) || error.code !== 'shell_busy') {
    throw error;
  }
  const { running } = error.details;
  return { command: typeof running === 'string' ? running : null };
}

/** A terminal in the lower part of a pane: opened when it is first seen, left running when it is closed. */
import type { ITranslator, TranslationBundle } from '@jupyterlab/translation';
import type { IDisposable } from '@lumino/disposable';
import type { Message } from '@lumino/messaging';
import { Signal } from '@lumino/signaling';
import { PanelLayout, Widget } from '@lumino/widgets';

import type { ResourceBlock } from '../protocol';
import { commandBlock, programOf, selectionBlock } from './asAttachment';
import type { ExitCode } from './lifeline';
import { LocalLinks } from './links';
import { Notice } from './notice';
import type { TerminalPreferences } from './preferences';
import type { ICommandRecord, IMonitor, ITerminalModel } from './records';
import { CommandRows } from './rows';
import { runToEnd } from './running';
import type { TerminalServer } from './server';
import { Shell } from './shell';
import { Strip } from './strip';
import { tabOf } from './tab';

export interface IPaneTerminalOptions {
  readonly server: TerminalServer;
  readonly session: string;
  /** Absolute: where another shell begins when this one has ended. */
  readonly directory: string;
  /** Its name as long as the person gave it no other. */
  readonly name: string;
  /** The terminal that it shows first. */
  readonly find: () => Promise<ITerminalModel>;
  readonly preferences: TerminalPreferences;
  readonly trans: TranslationBundle;
  readonly translator?: ITranslator;
  /** Put something into the prompt of the session. */
  readonly toPrompt: (block: ResourceBlock) => void;
  /** Open an address of the server's own machine. */
  readonly openLocal: (address: string) => void;
  readonly onError: (error: unknown) => void;
}

/** Ended by the person's own Ctrl-C: no failure. */
const INTERRUPTED = 130;

export class PaneTerminal extends Widget implements EventListenerObject {
  constructor(private readonly options: IPaneTerminalOptions) {
    super();
    this.addClass('parsess-Terminal');
    const { trans } = options;
    this.strip = new Strip(trans);
    const layout = new PanelLayout();
    this.layout = layout;
    layout.addWidget(this.strip);
    layout.addWidget(this.notice);
    this.updateTab();
  }

  /** What runs, where it is, or that it has ended. */
  readonly changed = new Signal<this, void>(this);
  /** A monitor has something to tell. */
  readonly told = new Signal<this, IMonitor>(this);
  /** A menu is asked for, at this place of the page. */
  readonly menuRequested = new Signal<this, { readonly x: number; readonly y: number }>(this);

  get hasFocus(): boolean {
    return this.node.contains(document.activeElement);
  }

  get isAlive(): boolean {
    return this.shell?.isAlive ?? false;
  }

  /** The server's name for it; null: there is no shell. */
  get name(): string | null {
    return this.shell?.name ?? null;
  }

  get running(): ICommandRecord | null {
    return this.isAlive ? (this.shell?.work.running ?? null) : null;
  }

  get lastCommand(): ICommandRecord | null {
    return this.shell?.work.lastCommand ?? null;
  }

  /** Where the shell is; null: nobody can say. */
  get directory(): string | null {
    return this.isAlive ? (this.shell?.work.directory ?? null) : null;
  }

  get integrated(): boolean {
    return this.shell?.work.integrated ?? false;
  }

  get selection(): string {
    return this.shell?.terminal.getSelection() ?? '';
  }

  /** Put the cursor into the shell, or onto what there is to do instead. */
  focus(): void {
    this.focusWhenOpen = this.shell === null;
    if (this.shell?.isAlive) {
      this.shell.focus();
    } else {
      this.notice.focus();
    }
  }

  /**
   * Put text on the shell's line without running it.
   *
   * Opens the terminal if need be, also in place of one that ended. A shell that would run pasted lines gets none
   * of them; the person is told.
   */
  async type(text: string): Promise<void> {
    if (this.shell?.isAlive === false) {
      this.asked = null;
    }
    const shell = await this.open();
    if (shell && !(await shell.type(text)) && !this.isDisposed) {
      const { trans } = this.options;
      this.say(
        trans.__('This shell would run these lines at once, so they were not put in. Copy them instead.')
      );
    }
  }

  paste(text: string): void {
    this.shell?.terminal.paste(text);
  }

  clear(): void {
    this.shell?.screen?.clear();
  }

  /** What is selected on the screen, for a prompt. */
  async sendSelection(): Promise<void> {
    const { selection, shell, options } = this;
    if (shell && selection !== '') {
      options.toPrompt(selectionBlock(await options.server.mask(shell.name, selection)));
    }
  }

  /** @param command - The last one if left out, or else the one that runs. */
  async sendCommand(command = (this.lastCommand ?? this.running)?.id): Promise<void> {
    const { shell, options } = this;
    if (shell && command !== undefined) {
      this.strip.withdraw('command');
      options.toPrompt(commandBlock(await options.server.output(shell.name, command)));
    }
  }

  /**
   * Run a command line in sight, until it ends.
   *
   * @throws ServerError: `shell_busy`, `no_integration`, `not_started`; Error: the shell has ended meanwhile.
   */
  async run(command: string, directory: string | null): Promise<ICommandRecord> {
    const shell = await this.open();
    if (!shell) {
      throw new Error(this.options.trans.__('There is no shell to run it in.'));
    }
    return runToEnd(this.options, shell, command, directory, id => {
      // Its end may have come before its number.
      this.quiet.add(id);
      this.strip.withdraw('command');
    });
  }

  /** @throws ServerError: `shell_busy`, `no_integration`, or the directory is refused. */
  async follow(directory: string): Promise<void> {
    if (this.shell) {
      this.shell.work.take(await this.options.server.follow(this.shell.name, directory));
    }
  }

  async rename(label: string | null): Promise<void> {
    if (this.shell) {
      this.shell.work.take(await this.options.server.rename(this.shell.name, label));
    }
  }

  /** @param pattern - What it may print, with `*` for anything; empty: only its end is told. */
  async monitor(pattern: string): Promise<void> {
    if (this.shell) {
      const watching = pattern === '' ? { exit: true } : { exit: true, pattern };
      await this.options.server.monitor(this.shell.name, watching);
    }
  }

  /** The shell, asked for once; null after a refusal, which is shown. */
  open(): Promise<Shell | null> {
    this.asked ??= this.ask().catch((error: unknown) => {
      this.asked = null;
      this.refuse(error);
      return null;
    });
    return this.asked;
  }

  override dispose(): void {
    if (!this.isDisposed) {
      this.leave();
      super.dispose();
      Signal.clearData(this);
    }
  }

  handleEvent(event: Event): void {
    if (event.type === 'visibilitychange') {
      this.look();
    } else if (!(event as MouseEvent).shiftKey) {
      // JupyterLab's menu for terminals acts on its own ones. With Shift the browser's comes, as everywhere.
      event.preventDefault();
      event.stopPropagation();
      const { clientX, clientY } = event as MouseEvent;
      this.menuRequested.emit({ x: clientX, y: clientY });
    } else {
      event.stopPropagation();
    }
  }

  protected override onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    this.node.addEventListener('contextmenu', this);
    document.addEventListener('visibilitychange', this);
    this.look();
  }

  protected override onBeforeDetach(message: Message): void {
    this.node.removeEventListener('contextmenu', this);
    document.removeEventListener('visibilitychange', this);
    super.onBeforeDetach(message);
  }

  protected override onAfterShow(message: Message): void {
    super.onAfterShow(message);
    this.look();
  }

  protected override onAfterHide(message: Message): void {
    super.onAfterHide(message);
    this.look();
  }

  /** Seen or not seen any more. */
  private look(): void {
    if (this.isVisible) {
      this.unseen = false;
      this.updateTab();
      void this.open();
    }
    this.shell?.show(this.isVisible && !document.hidden);
  }

  private async ask(): Promise<Shell | null> {
    const { server, preferences, trans, translator } = this.options;
    if (!server.available) {
      this.say(trans.__('Terminals are switched off on this server.'));
      return null;
    }
    const options = await preferences.options();
    const model = await this.find();
    if (this.isDisposed) {
      return null;
    }
    this.found = true;
    const visible = this.isVisible && !document.hidden;
    const shell = new Shell({ server, model, options, visible, translator });
    this.enter(shell);
    return shell;
  }

  /** In place of one that ended comes a new one, not what another tab shows. */
  private find(): Promise<ITerminalModel> {
    const { server, session, directory, find } = this.options;
    return this.found ? server.open(session, directory, true) : find();
  }

  private enter(shell: Shell): void {
    this.leave();
    this.shell = shell;
    (this.layout as PanelLayout).insertWidget(1, shell.terminal);
    shell.lifeline.reachedChanged.connect((_, reached) => {
      this.onReachedChanged(reached);
    }, this);
    shell.lifeline.ended.connect((_, exitCode) => {
      this.onEnded(exitCode);
    }, this);
    shell.work.changed.connect(() => {
      this.onWork();
    }, this);
    shell.work.commandChanged.connect((_, command) => {
      this.onCommand(command);
    }, this);
    shell.work.told.connect((_, monitor) => {
      this.told.emit(monitor);
    }, this);
    void this.options.preferences.follow(shell.terminal);
    void shell.terminal.ready.then(() => {
      this.dress(shell);
    });
    this.silence();
    this.onWork();
    if (this.focusWhenOpen) {
      this.focus();
    }
  }

  private dress({ screen, isDisposed }: Shell): void {
    if (screen && !isDisposed) {
      const { trans, openLocal, onError } = this.options;
      const send = (command: number) => {
        this.sendCommand(command).catch(onError);
      };
      const label = trans.__('Send this command and its output to the prompt');
      this.additions = [new CommandRows(screen, label, send), new LocalLinks(screen, openLocal)];
    }
  }

  private onWork(): void {
    this.updateTab();
    this.changed.emit();
  }

  private onCommand(command: ICommandRecord): void {
    const { trans, onError } = this.options;
    this.unseen = !this.isVisible;
    this.updateTab();
    this.strip.withdraw('command');
    const { id, ended, exit_code } = command;
    const failed = ended !== null && exit_code !== null && exit_code !== 0 && exit_code !== INTERRUPTED;
    if (failed && !this.quiet.has(id)) {
      this.strip.offer({
        kind: 'command',
        text: trans.__('%1 exited %2', programOf(command.command), exit_code),
        action: trans.__('Send to prompt'),
        run: () => {
          this.sendCommand(id).catch(onError);
        }
      });
    }
  }

  private onReachedChanged(reached: boolean): void {
    if (reached) {
      this.silence();
    } else {
      this.say(this.options.trans.__('The connection to this terminal is lost. Trying again…'));
    }
  }

  private onEnded(exitCode: ExitCode): void {
    const { trans } = this.options;
    const hadFocus = this.hasFocus;
    this.offer(howItEnded(trans, exitCode), trans.__('Start a new one'));
    this.onWork();
    if (hadFocus) {
      this.notice.focus();
    }
  }

  private refuse(error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    this.offer(message, this.options.trans.__('Try again'));
  }

  /** Say it, and ask anew when the person wants to. */
  private offer(message: string, label: string): void {
    const run = () => {
      this.asked = null;
      this.silence();
      this.focusWhenOpen = true;
      void this.open();
    };
    this.say(message, { label, run });
  }

  private say(...notice: Parameters<Notice['say']>): void {
    this.notice.say(...notice);
    // The notice takes room from the terminal.
    this.shell?.fit();
  }

  private silence(): void {
    this.notice.hide();
    this.shell?.fit();
  }

  private updateTab(): void {
    const { trans, name } = this.options;
    const work = this.shell?.work ?? null;
    Object.assign(this.title, tabOf(trans, name, { work, alive: this.isAlive, unseen: this.unseen }));
  }

  /** Go away from the shell, which lives on. */
  private leave(): void {
    this.additions.forEach(addition => {
      addition.dispose();
    });
    this.additions = [];
    this.shell?.dispose();
    this.shell = null;
    this.strip.withdraw('command');
  }

  readonly strip: Strip;
  private readonly notice = new Notice();
  /** Commands whose end nobody needs to be told of. */
  private readonly quiet = new Set<number>();
  private asked: Promise<Shell | null> | null = null;
  private shell: Shell | null = null;
  private additions: readonly IDisposable[] = [];
  private found = false;
  private focusWhenOpen = false;
  private unseen = false;
}

function howItEnded(trans: TranslationBundle, exitCode: ExitCode): string {
  if (exitCode === null) {
    return trans.__('The shell in this directory has ended.');
  }
  return exitCode < 0
    ? trans.__('The shell in this directory was ended (signal %1).', -exitCode)
    : trans.__('The shell in this directory has ended (exit %1).', exitCode);
}

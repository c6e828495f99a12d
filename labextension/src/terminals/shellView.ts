/** A shell in a widget: opened when it is first seen, left running when it is closed; what becomes of it is said. */
import type { ITranslator, TranslationBundle } from '@jupyterlab/translation';
import type { Message } from '@lumino/messaging';
import { Signal } from '@lumino/signaling';
import { PanelLayout, Widget } from '@lumino/widgets';

import { messageOf } from '../server/request';
import type { ExitCode } from './lifeline';
import { Notice, type INoticeAction } from './notice';
import type { TerminalPreferences } from './preferences';
import type { ITerminalModel } from './records';
import type { TerminalServer } from './server';
import { Shell } from './shell';

export interface IShellViewOptions {
  readonly server: TerminalServer;
  readonly session: string;
  /** Absolute: where another shell begins when this one has ended. */
  readonly directory: string;
  /** The terminal that it shows first. */
  readonly find: () => Promise<ITerminalModel>;
  readonly preferences: TerminalPreferences;
  readonly trans: TranslationBundle;
  readonly translator?: ITranslator;
}

export abstract class ShellView extends Widget implements EventListenerObject {
  constructor(private readonly viewOptions: IShellViewOptions) {
    super();
    this.addClass('parsess-Terminal');
    const layout = new PanelLayout();
    this.layout = layout;
    layout.addWidget(this.notice);
  }

  /** What runs, where it is, or that it has ended. */
  readonly changed = new Signal<this, void>(this);
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

  /** Put the cursor into the shell, or onto what there is to do instead. */
  focus(): void {
    this.focusWhenOpen = this.shell === null;
    if (this.shell?.isAlive) {
      this.shell.focus();
    } else {
      this.notice.focus();
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
  protected look(): void {
    if (this.isVisible) {
      void this.open();
    }
    this.shell?.show(this.isVisible && !document.hidden);
  }

  private async ask(): Promise<Shell | null> {
    const { server, preferences, trans, translator } = this.viewOptions;
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
    const { server, session, directory, find } = this.viewOptions;
    return this.found ? server.open(session, directory, true) : find();
  }

  private enter(shell: Shell): void {
    this.leave();
    this.shell = shell;
    (this.layout as PanelLayout).insertWidget(0, shell.terminal);
    shell.lifeline.reachedChanged.connect((_, reached) => {
      this.onReachedChanged(reached);
    }, this);
    shell.lifeline.ended.connect((_, exitCode) => {
      this.onEnded(exitCode);
    }, this);
    void this.viewOptions.preferences.follow(shell.terminal);
    this.onEntered(shell);
    this.silence();
    if (this.focusWhenOpen) {
      this.focus();
    }
  }

  private onReachedChanged(reached: boolean): void {
    if (reached) {
      this.silence();
    } else {
      this.say(this.viewOptions.trans.__('The connection to this terminal is lost. Trying again…'));
    }
  }

  private onEnded(exitCode: ExitCode): void {
    const { trans } = this.viewOptions;
    const hadFocus = this.hasFocus;
    this.offer(howItEnded(trans, exitCode), trans.__('Start a new one'));
    this.changed.emit();
    if (hadFocus) {
      this.notice.focus();
    }
  }

  private refuse(error: unknown): void {
    const message = messageOf(error);
    this.offer(message, this.viewOptions.trans.__('Try again'));
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

  protected say(message: string, action?: INoticeAction): void {
    this.notice.say(message, this.isAlive, action);
    // Below, it takes room from the terminal.
    this.shell?.fit();
  }

  protected silence(): void {
    this.notice.hide();
    this.shell?.fit();
  }

  /** Go away from the shell, which lives on. */
  private leave(): void {
    this.onLeave();
    this.shell?.dispose();
    this.shell = null;
  }

  /** There is another shell. */
  protected abstract onEntered(shell: Shell): void;

  /** Soon there is none any more. */
  protected abstract onLeave(): void;

  protected shell: Shell | null = null;
  protected asked: Promise<Shell | null> | null = null;
  private readonly notice = new Notice();
  private found = false;
  private focusWhenOpen = false;
}

function howItEnded(trans: TranslationBundle, exitCode: ExitCode): string {
  if (exitCode === null) {
    return trans.__('The shell in this directory has ended.');
  }
  return exitCode < 0
    ? trans.__('The shell in this directory was ended (signal %1).', -exitCode)
    : trans.__('The shell in this directory has ended (exit %1).', exitCode);
}

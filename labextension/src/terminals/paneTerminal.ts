/** The terminal in the lower part of a pane: opened when it is first seen, left running when it is closed. */
import type { ITranslator, TranslationBundle } from '@jupyterlab/translation';
import type { Message } from '@lumino/messaging';
import { PanelLayout, Widget } from '@lumino/widgets';

import type { ExitCode } from './lifeline';
import { Notice } from './notice';
import type { TerminalPreferences } from './preferences';
import type { TerminalServer } from './server';
import { Shell } from './shell';

export interface IPaneTerminalOptions {
  readonly server: TerminalServer;
  readonly session: string;
  /** Absolute. */
  readonly directory: string;
  readonly preferences: TerminalPreferences;
  readonly trans: TranslationBundle;
  readonly translator?: ITranslator;
}

export class PaneTerminal extends Widget {
  constructor(private readonly options: IPaneTerminalOptions) {
    super();
    this.addClass('parsess-Terminal');
    this.title.label = options.trans.__('Terminal');
    const layout = new PanelLayout();
    this.layout = layout;
    layout.addWidget(this.notice);
  }

  get hasFocus(): boolean {
    return this.node.contains(document.activeElement);
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

  override dispose(): void {
    if (!this.isDisposed) {
      this.leave();
      super.dispose();
    }
  }

  protected override onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    // With JupyterLab's menu, copy and paste would act on its own terminals; the browser's acts on this one.
    this.node.addEventListener('contextmenu', stop);
    this.openWhenVisible();
  }

  protected override onBeforeDetach(message: Message): void {
    this.node.removeEventListener('contextmenu', stop);
    super.onBeforeDetach(message);
  }

  protected override onAfterShow(message: Message): void {
    super.onAfterShow(message);
    this.openWhenVisible();
  }

  private openWhenVisible(): void {
    if (this.isVisible && !this.asked) {
      void this.open();
    }
  }

  /** The shell, asked for once; null after a refusal, which is shown. */
  private open(): Promise<Shell | null> {
    this.asked ??= this.ask().catch((error: unknown) => {
      this.asked = null;
      this.refuse(error);
      return null;
    });
    return this.asked;
  }

  private async ask(): Promise<Shell | null> {
    const { server, session, directory, preferences, trans, translator } = this.options;
    if (!server.available) {
      this.say(trans.__('Terminals are switched off on this server.'));
      return null;
    }
    const options = await preferences.options();
    const connection = await server.open(session, directory);
    if (this.isDisposed) {
      connection.dispose();
      return null;
    }
    const shell = new Shell(server, connection, options, translator);
    this.enter(shell);
    return shell;
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
    void this.options.preferences.follow(shell.terminal);
    this.silence();
    if (this.focusWhenOpen) {
      this.focus();
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

  /** A browser that comes back tells its size again this way, too. */
  private silence(): void {
    this.notice.hide();
    this.shell?.fit();
  }

  /** Go away from the shell, which lives on. */
  private leave(): void {
    this.shell?.dispose();
    this.shell = null;
  }

  private readonly notice = new Notice();
  private asked: Promise<Shell | null> | null = null;
  private shell: Shell | null = null;
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

function stop(event: Event): void {
  event.stopPropagation();
}

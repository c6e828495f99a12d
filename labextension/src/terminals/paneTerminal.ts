/** A terminal in the lower part of a pane: its tab, what goes out of it into the prompt, what is offered over it. */
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import type { PanelLayout } from '@lumino/widgets';

import type { ResourceBlock } from '../protocol';
import { commandBlock, programOf, selectionBlock } from './asAttachment';
import { LocalLinks, type IOpeners } from './links';
import { textOn } from './screen';
import type { ICommandRecord, IMonitor } from './records';
import { CommandRows } from './rows';
import type { Shell } from './shell';
import { ShellView, type IShellViewOptions } from './shellView';
import { Strip } from './strip';
import { tabOf } from './tab';

export interface IPaneTerminalOptions extends IShellViewOptions {
  /** Its name as long as the person gave it no other. */
  readonly name: string;
  /** Put something into the prompt of the session. */
  readonly toPrompt: (block: ResourceBlock) => void;
  /** What addresses on the screen open. */
  readonly openers: IOpeners;
  readonly onError: (error: unknown) => void;
}

/** Ended by the person's own Ctrl-C: no failure. */
const INTERRUPTED = 130;

export class PaneTerminal extends ShellView {
  constructor(private readonly options: IPaneTerminalOptions) {
    super(options);
    this.strip = new Strip(options.trans);
    (this.layout as PanelLayout).addWidget(this.strip);
    this.changed.connect(() => {
      this.updateTab();
    });
    this.updateTab();
  }

  /** A monitor has something to tell. */
  readonly told = new Signal<this, IMonitor>(this);

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

  /** Where the agent went while the shell could not follow; null also once it is there. */
  get offeredDirectory(): string | null {
    const offered = this.isAlive ? (this.shell?.work.offeredDirectory ?? null) : null;
    return offered === this.directory ? null : offered;
  }

  get integrated(): boolean {
    return this.shell?.work.integrated ?? false;
  }

  get selection(): string {
    return this.shell?.terminal.getSelection() ?? '';
  }

  /** The shell, opened if need be, also in place of one that ended; null after a refusal, which is shown. */
  living(): Promise<Shell | null> {
    if (this.shell?.isAlive === false) {
      this.asked = null;
    }
    return this.open();
  }

  /**
   * Put text on the shell's line without running it.
   *
   * A shell that would run pasted lines gets none of them; the person is told.
   *
   * @returns false: a program has the keys, which got none of it.
   */
  async type(text: string): Promise<boolean> {
    const shell = await this.living();
    if (shell && !shell.work.integrated && !(await this.options.server.find(shell.name)).shell_in_front) {
      return false;
    }
    if (shell && !(await shell.type(text)) && !this.isDisposed) {
      const { trans } = this.options;
      this.say(
        trans.__('This shell would run these lines at once, so they were not put in. Copy them instead.'),
        {
          label: trans.__('Dismiss'),
          run: () => {
            this.silence();
          }
        }
      );
    }
    return true;
  }

  paste(text: string): void {
    this.shell?.terminal.paste(text);
  }

  clear(): void {
    this.shell?.screen?.clear();
  }

  /** What stands on the screen, for a prompt: all that is known of a shell that marks no commands. */
  async sendScreen(): Promise<void> {
    const { shell, options } = this;
    if (shell?.screen) {
      const masked = await options.server.mask(shell.name, textOn(shell.screen));
      options.toPrompt(selectionBlock(masked, 'terminal screen'));
    }
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

  /**
   * @param pattern - What it may print, with `*` for anything; empty: only its end is told.
   * @param agent - Tell the agent too, also when this page is gone.
   */
  async monitor(pattern: string, agent: boolean): Promise<void> {
    const { shell, options } = this;
    if (shell) {
      await options.server.monitor(shell.name, { exit: true, agent });
      if (pattern !== '') {
        await options.server.monitor(shell.name, { exit: false, pattern, agent });
      }
    }
  }

  protected override look(): void {
    super.look();
    if (this.isVisible) {
      this.unseen = false;
      this.updateTab();
    }
  }

  protected override onEntered(shell: Shell): void {
    shell.work.changed.connect(() => {
      this.changed.emit();
    }, this);
    shell.work.commandChanged.connect((_, command) => {
      this.onCommand(command);
    }, this);
    shell.work.told.connect((_, monitor) => {
      this.told.emit(monitor);
      // Another page may have been quicker.
      this.options.server.unmonitor(shell.name, monitor.id).catch(() => undefined);
    }, this);
    shell.work.printed.connect(() => {
      this.unseen = !this.isVisible;
      this.updateTab();
    }, this);
    void shell.terminal.ready.then(() => {
      this.dress(shell);
    });
    this.changed.emit();
  }

  protected override onLeave(): void {
    this.additions.forEach(addition => {
      addition.dispose();
    });
    this.additions = [];
    this.strip.withdraw('command');
  }

  private dress({ screen, isDisposed }: Shell): void {
    if (screen && !isDisposed) {
      const { trans, openers, onError } = this.options;
      const send = (command: number) => {
        this.sendCommand(command).catch(onError);
      };
      const label = trans.__('Send this command and its output to the prompt');
      this.additions = [new CommandRows(screen, label, send), new LocalLinks(screen, openers)];
    }
  }

  private onCommand(command: ICommandRecord): void {
    const { trans, onError } = this.options;
    this.unseen = !this.isVisible;
    this.updateTab();
    this.strip.withdraw('command');
    const { id, ended, exit_code, for_agent } = command;
    const failed = ended !== null && exit_code !== null && exit_code !== 0 && exit_code !== INTERRUPTED;
    if (failed && !for_agent) {
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

  private updateTab(): void {
    const { trans, name } = this.options;
    const work = this.shell?.work ?? null;
    Object.assign(this.title, tabOf(trans, name, { work, alive: this.isAlive, unseen: this.unseen }));
  }

  readonly strip: Strip;
  private additions: readonly IDisposable[] = [];
  private unseen = false;
}

/** The terminals of one session, and what a person does with them. */
import { Clipboard } from '@jupyterlab/apputils';

import { ServerError } from '../server/request';
import type { IOpenQuestion } from '../session/state';
import type { PaneTerminal } from '../terminals';
import type { IBusyShell } from '../views/contract';
import { showError } from './actions';
import type { ITerminalCommands, TerminalDoing } from './content';
import { askMonitor, askName, confirmClose } from './terminalDialogs';
import { TerminalTabs } from './terminalTabs';

export class SessionTerminals extends TerminalTabs implements ITerminalCommands {
  /** Whether the shell in front tells where its commands begin and end. */
  get marked(): boolean {
    return this.current.integrated;
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
        return this.all.length > 1;
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
    const name = await askName(this.options.pane.services.trans, terminal);
    if (name !== null) {
      await terminal.rename(name || null);
    }
  }

  /** End the shell and take its tab away; asks when something runs in it. */
  async close(terminal: PaneTerminal): Promise<void> {
    const { pane, shared } = this.options;
    const { running, name } = terminal;
    if (running && !(await confirmClose(pane.services.trans, terminal, running.command))) {
      return;
    }
    if (name !== null && terminal.isAlive) {
      await shared.server.close(name);
    }
    terminal.dispose();
  }

  /** What is typed into a program that runs would go to that. */
  private atPrompt(): PaneTerminal {
    return this.free ?? this.openNew();
  }

  /** One in which nothing runs, the one in front before others. */
  private get free(): PaneTerminal | undefined {
    return [this.current, ...this.all].find(({ running }) => running === null);
  }

  private async monitor(terminal: PaneTerminal): Promise<void> {
    const asked = await askMonitor(this.options.pane.services.trans, terminal);
    if (asked) {
      await terminal.monitor(asked.pattern, asked.tellAgent);
    }
  }
}

/** What keeps the shell, if that is why it was refused. Throws any other error. */
function busyShell(error: unknown): IBusyShell {
  if (!(error instanceof ServerError) || error.code !== 'shell_busy') {
    throw error;
  }
  const { running } = error.details;
  return { command: typeof running === 'string' ? running : null };
}

/** Commands of the composer that this page sees to: no agent is asked. */
import type { TranslationBundle } from '@jupyterlab/translation';

import type { Command } from '../protocol';

export interface ILocalCommand extends Command {
  /** @param rest - What follows the name. */
  readonly run: (rest: string) => void;
}

export interface ILocalActions {
  rewind(): void;
  newWorktree(branch: string): void;
  showChanges(): void;
}

export function localCommands(trans: TranslationBundle, actions: ILocalActions): readonly ILocalCommand[] {
  return [
    {
      name: 'rewind',
      description: trans.__('Go back to before a prompt: files, conversation or both'),
      run: () => {
        actions.rewind();
      }
    },
    {
      name: 'worktree',
      description: trans.__('Start a session beside this one in a new worktree'),
      hint: trans.__('[branch]'),
      run: rest => {
        actions.newWorktree(rest);
      }
    },
    {
      name: 'changes',
      description: trans.__('Show what changed'),
      run: () => {
        actions.showChanges();
      }
    }
  ];
}

/** The local command that a text is, with what follows its name; null: it is for the agent. */
export function localCommandOf(commands: readonly ILocalCommand[], text: string): (() => void) | null {
  const [, name, rest = ''] = /^\/(\S+)(?: +([^\n]*))?$/.exec(text.trim()) ?? [];
  const found = commands.find(command => command.name === name);
  return found
    ? () => {
        found.run(rest.trim());
      }
    : null;
}

/** JupyterLab's commands on the terminal of the current pane. */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';

import { showError } from './actions';
import type { TerminalDoing } from './content';
import type { Panes } from './panes';

export const TERMINAL_DOINGS: readonly TerminalDoing[] = [
  'send-selection',
  'send-last-command',
  'new',
  'rename',
  'monitor',
  'copy',
  'paste',
  'clear',
  'close'
];

export const terminalCommand = (doing: TerminalDoing): string => `parsess-lab:terminal-${doing}`;

type Command = Omit<CommandRegistry.ICommandOptions, 'describedBy'>;

export function terminalCommands(trans: TranslationBundle, panes: Panes): Readonly<Record<string, Command>> {
  const terminals = () => panes.current?.commands?.terminals ?? null;
  return Object.fromEntries(
    TERMINAL_DOINGS.map(doing => [
      terminalCommand(doing),
      {
        label: () => labelOf(trans, doing, terminals()?.marked ?? true),
        isEnabled: () => terminals()?.can(doing) ?? false,
        execute: () => terminals()?.do(doing).catch(showError)
      }
    ])
  );
}

function labelOf(trans: TranslationBundle, doing: TerminalDoing, marked: boolean): string {
  switch (doing) {
    case 'send-selection':
      return trans.__('Send Selection to Prompt');
    case 'send-last-command':
      return marked ? trans.__('Send Last Command to Prompt') : trans.__('Send Terminal Screen to Prompt');
    case 'new':
      return trans.__('New Terminal');
    case 'rename':
      return trans.__('Rename Terminal…');
    case 'monitor':
      return trans.__('Monitor Running Command…');
    case 'copy':
      return trans.__('Copy Terminal Selection');
    case 'paste':
      return trans.__('Paste into Terminal');
    case 'clear':
      return trans.__('Clear Terminal');
    case 'close':
      return trans.__('Close Terminal');
  }
}

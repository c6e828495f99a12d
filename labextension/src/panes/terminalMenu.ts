/** The context menu of a terminal: JupyterLab's own kind of menu, over the same commands as the palette. */
import { MenuSvg } from '@jupyterlab/ui-components';

import type { ITerminalCommands, TerminalDoing } from './content';
import type { SessionPane } from './pane';
import { terminalCommand } from './terminalCommands';

const GROUPS: readonly (readonly TerminalDoing[])[] = [
  ['copy', 'paste'],
  ['send-selection', 'send-last-command'],
  ['monitor', 'clear'],
  ['new', 'rename', 'close']
];

export function openTerminalMenu(
  pane: SessionPane,
  terminals: Pick<ITerminalCommands, 'focus'>,
  x: number,
  y: number
): void {
  const { app } = pane.services;
  app.shell.activateById(pane.id);
  const menu = new MenuSvg({ commands: app.commands });
  menu.addClass('parsess-Menu');
  GROUPS.forEach((group, index) => {
    if (index > 0) {
      menu.addItem({ type: 'separator' });
    }
    group.forEach(doing => {
      menu.addItem({ command: terminalCommand(doing) });
    });
  });
  menu.aboutToClose.connect(() => {
    terminals.focus();
    // Lumino runs the chosen entry after it has closed the menu.
    setTimeout(() => {
      menu.dispose();
    });
  });
  menu.open(x, y);
}

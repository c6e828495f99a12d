/** Tells of what a monitor saw, with a way to go there, and one to tell the agent. */
import { Notification } from '@jupyterlab/apputils';

import type { IMonitor, PaneTerminal } from '../terminals';
import { showError } from './actions';
import type { SessionPane } from './pane';

export function tellOf(pane: SessionPane, terminal: PaneTerminal, monitor: IMonitor, show: () => void): void {
  const { trans, app } = pane.services;
  const command = monitor.command_line ?? terminal.title.label;
  const go = () => {
    app.shell.activateById(pane.id);
    show();
  };
  const send = () => {
    app.shell.activateById(pane.id);
    terminal.sendCommand(monitor.command ?? undefined).catch(showError);
  };
  const options = {
    autoClose: false as const,
    actions: [
      { label: trans.__('Show terminal'), callback: go, displayType: 'link' as const },
      { label: trans.__('Send to prompt'), callback: send, displayType: 'link' as const }
    ]
  };
  if (monitor.reason === 'pattern') {
    Notification.info(trans.__('“%1” in %2 printed: %3', command, pane.label, monitor.line ?? ''), options);
  } else if (monitor.exit_code === 0) {
    Notification.success(trans.__('“%1” in %2 has ended.', command, pane.label), options);
  } else {
    const code = monitor.exit_code ?? '?';
    Notification.warning(trans.__('“%1” in %2 exited %3.', command, pane.label, code), options);
  }
}

/** The terminals of a pane: JupyterLab's own widget on our routes. Loaded late. */
export { behindProxy, portOf, reachable } from './links';
export { PaneTerminal, type IPaneTerminalOptions } from './paneTerminal';
export { TerminalPreferences } from './preferences';
export type { IMonitor, ITerminalModel } from './records';
export { TerminalServer } from './server';

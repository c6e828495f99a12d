/** The terminal of a pane: JupyterLab's own widget on our routes. Loaded late. */
export { PaneTerminal, type IPaneTerminalOptions } from './paneTerminal';
export { TerminalPreferences } from './preferences';
export { TerminalServer } from './server';

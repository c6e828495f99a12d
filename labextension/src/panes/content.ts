import type { Widget } from '@lumino/widgets';

import type { Panel } from '../views/changes/contract';

/** The inside of a pane. */
export interface IPaneContent extends Widget {
  /** Put the cursor where the person goes on: the form, the composer, the terminal. */
  focus(): void;
  /** From the composer to the terminal, opened if need be, and back. */
  toggleTerminal(): void;
  /** What can be done once there is a session; null: there is none. */
  readonly commands: ISessionCommands | null;
}

/** What can be done with the terminal in front. */
export type TerminalDoing =
  | 'send-selection'
  | 'send-last-command'
  | 'copy'
  | 'paste'
  | 'clear'
  | 'new'
  | 'rename'
  | 'monitor'
  | 'close';

/** The terminals of a pane, as JupyterLab's commands see them. */
export interface ITerminalCommands {
  /** Whether the shell in front tells where its commands begin and end. */
  readonly marked: boolean;
  can(doing: TerminalDoing): boolean;
  /** Rejects with an Error whose message can be shown. */
  do(doing: TerminalDoing): Promise<void>;
  focus(): void;
}

/** What JupyterLab's commands do with a session's pane. */
export interface ISessionCommands {
  /** Null as long as the session has no directory. */
  readonly terminals: ITerminalCommands | null;
  /** From the composer to the changes, opened if need be, and back. */
  toggleChanges(): void;
  showChanges(panel?: Panel): void;
  /** Choose a point to go back to. */
  rewind(): void;
  /** Remarks on changes wait to be sent. */
  readonly hasComments: boolean;
  sendComments(): void;
}

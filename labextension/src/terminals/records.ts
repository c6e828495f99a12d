/** What the server tells of a terminal and of what runs in it. */
import type { Terminal } from '@jupyterlab/services';

/** One command line, as the marks of the shell tell it. */
export interface ICommandRecord {
  /** Counts up within a terminal. */
  readonly id: number;
  readonly command: string;
  readonly directory: string | null;
  /** Null: still running, or nobody can say. */
  readonly exit_code: number | null;
  readonly started: string;
  readonly ended: string | null;
  readonly output_bytes: number;
  /** Something of the output was cut out of the middle. */
  readonly truncated: boolean;
  readonly output: string | null;
  /** How many values that look like secrets were replaced. */
  readonly masked: number;
  /** It answers a question of the agent, which gets what comes of it. */
  readonly for_agent: boolean;
}

/** Something to be told of: the end of a command, or a pattern in what it prints. */
export interface IMonitor {
  readonly id: number;
  readonly command: number | null;
  readonly command_line: string | null;
  readonly pattern: string | null;
  readonly exit: boolean;
  /** The agent is told too. */
  readonly agent: boolean;
  /** Null: it still watches. */
  readonly reason: 'exit' | 'pattern' | null;
  readonly line: string | null;
  readonly exit_code: number | null;
}

export interface ITerminalModel extends Terminal.IModel {
  /** Where it was opened. */
  readonly directory: string;
  readonly session: string | null;
  readonly created?: string;
  /** The person's own name for it. */
  readonly label?: string | null;
  readonly shell?: string;
  /** Whether the shell tells where its commands begin and end. */
  readonly integration?: boolean;
  /** Where the shell is. */
  readonly current_directory?: string | null;
  /** Where the agent went while the shell could not follow. */
  readonly offered_directory?: string | null;
  readonly running?: ICommandRecord | null;
  readonly last_command?: ICommandRecord | null;
  /** Those at work, and those that fired while nobody was there to be told. */
  readonly monitors?: readonly IMonitor[];
  /** Whether keys go to the shell itself, and not to a program it runs. */
  readonly shell_in_front?: boolean;
}

export interface IMasked {
  readonly text: string;
  readonly masked: number;
}

/** What somebody may want to do about a pattern or an end. */
export interface IWatching {
  readonly pattern?: string;
  readonly exit?: boolean;
  readonly agent?: boolean;
}

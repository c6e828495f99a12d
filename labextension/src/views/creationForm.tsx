/** The form that a new pane begins with: everything has a default, Enter at once starts. */
import type { TranslationBundle } from '@jupyterlab/translation';

import type { AgentInfo } from '../protocol';

/** What the form asks the server for; `null` means: the agent's own default. */
export interface INewSession {
  readonly directory: string;
  readonly agent: string;
  readonly model: string | null;
  readonly mode: string | null;
  readonly effort: string | null;
  /** The first task; empty: none. */
  readonly prompt: string;
}

/** What the form begins with; what is left out is the default. */
export type Choices = Partial<INewSession>;

/** A directory offered while one types, git repositories first. Same shape as the server's. */
export interface IDirectoryMatch {
  readonly path: string;
  readonly name: string;
  readonly git: { readonly branch: string | null; readonly changes: number | null } | null;
}

/** A session that exists already: offered as *Open* when it works in the directory chosen. */
export interface IExistingSession {
  readonly id: string;
  readonly name: string;
  readonly directory: string;
  readonly state: string;
}

export interface ICreationFormProps {
  readonly trans: TranslationBundle;
  readonly initial: Choices;
  /** In the order they are offered; undefined while the server hasn't answered. */
  readonly agents: readonly AgentInfo[] | undefined;
  readonly existing: readonly IExistingSession[];
  /** Absolute paths, the latest first. */
  readonly recent: readonly string[];
  /** The last choices made for a directory, if any. */
  readonly remembered: (directory: string) => Choices | undefined;
  readonly shorten: (path: string) => string;
  readonly findDirectories: (query: string) => Promise<readonly IDirectoryMatch[]>;
  /** JupyterLab's own picker; null when it was closed. */
  readonly pickDirectory: () => Promise<string | null>;
  /** Rejects with an Error; its `code`, if it has one, tells which field it concerns. */
  readonly create: (request: INewSession) => Promise<void>;
  readonly open: (id: string) => void;
}

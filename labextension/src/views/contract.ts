/**
 * What the views need of the pane around them. Views take slices of state and these callbacks; they never
 * import the network.
 */
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { Block, QuestionOption, ResourceLinkBlock } from '../protocol';

export type Density = 'summary' | 'normal' | 'verbose';

/** A file offered by `@` completion, relative to the session's directory. */
export interface IFileMatch {
  readonly path: string;
  readonly directory: boolean;
}

/** What a person can do in a pane. Every promise rejects with an Error whose message can be shown. */
export interface IPaneActions {
  /** Send a prompt; resolves when the server has it on disk. The id is made by the caller. */
  send(id: string, text: string, attachments: readonly Block[], when: 'queue' | 'now'): Promise<void>;
  stop(): Promise<void>;
  answer(question: string, option: QuestionOption, reason?: string): Promise<void>;
  editQueued(id: string, text: string): Promise<void>;
  removeQueued(id: string): Promise<void>;
  sendQueuedNow(id: string): Promise<void>;
  setMode(mode: string): Promise<void>;
  setOption(id: string, value: string): Promise<void>;
  rename(name: string): Promise<void>;
  /** Files below the session's directory that match, best first; .gitignore respected. */
  findFiles(query: string): Promise<readonly IFileMatch[]>;
  /** A file from JupyterLab's own picker. */
  pickFiles(): Promise<readonly ResourceLinkBlock[]>;
  /** Open a file in JupyterLab, at a line if given. */
  openFile(path: string, line?: number): void;
  /** An address of a blob that the page may load. */
  blobUrl(hash: string): Promise<string>;
  /** Put a command line into the pane's terminal, typed and not run. */
  toTerminal(command: string): void;
}

/** Everything a view gets besides its slice of state. */
export interface IViewContext {
  readonly trans: TranslationBundle;
  readonly rendermime: IRenderMimeRegistry;
  readonly actions: IPaneActions;
  readonly density: Density;
}

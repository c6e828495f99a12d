/**
 * What the views need of the pane around them. Views take slices of state and these callbacks; they never
 * import the network.
 */
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { TranslationBundle } from '@jupyterlab/translation';
import type {
  Block,
  QuestionOption,
  ResourceLinkBlock,
  RewindPreview,
  RewindResult,
  SetupInfo
} from '../protocol';
import type { IRewinding } from '../server/changes';
import type { IOpenQuestion } from '../session/state';

export type Density = 'summary' | 'normal' | 'verbose';

/** A file offered by `@` completion, relative to the session's directory. */
export interface IFileMatch {
  readonly path: string;
  readonly directory: boolean;
}

/** What a person can do in a pane. Every promise rejects with an Error whose message can be shown. */
export interface IPaneActions extends IWorktreeActions {
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
  /**
   * Have the server run what a question asks for in the pane's terminal, in sight; the agent gets what comes of it.
   *
   * Resolves once it has begun, with null, or with what keeps the shell: the question is still open then.
   *
   * @param fresh - In a new terminal.
   */
  runInTerminal(question: IOpenQuestion, fresh: boolean): Promise<IBusyShell | null>;
}

/** A shell that nothing can be run in just now. */
export interface IBusyShell {
  /** The command that runs; null: something is typed there. */
  readonly command: string | null;
}

/** What concerns the pane's terminals. */
export type ITerminalActions = Pick<IPaneActions, 'toTerminal' | 'runInTerminal'>;

/** What concerns the worktree, the changes in it, and the points a session can go back to. */
export interface IWorktreeActions {
  /** What going back to right before an event would do; nothing is written. */
  previewRewind(to: number): Promise<RewindPreview>;
  /** Go back; of a rewind's own event: take it back. */
  rewind(rewinding: IRewinding): Promise<RewindResult>;
  /** Bring the uncommitted changes of the checkout that the worktree came from; tells how many files. */
  carryOver(): Promise<number>;
  /** Make the worktree once more, as it was asked for. */
  retryWorktree(): Promise<void>;
  /** Ask for the worktree anew in a form that holds what was asked for. */
  changeWorktree(): void;
  /** Undo the removal of the worktree, and of an archiving that came with it. */
  bringBack(): Promise<void>;
  setupInfo(): Promise<SetupInfo>;
  runSetup(which: 'setup' | 'recipe', consent?: string): Promise<void>;
  skipSetup(): Promise<void>;
  cancelSetup(): Promise<void>;
  /** Show another session: the one that this one collides with. */
  openSession(id: string): void;
  /** The name of another session; null: it is not in the list. */
  sessionName(id: string): string | null;
  showChanges(): void;
  /** A form beside this pane for a session in a new worktree of the same repository. */
  newWorktree(branch: string): void;
}

/** Everything a view gets besides its slice of state. */
export interface IViewContext {
  readonly trans: TranslationBundle;
  readonly rendermime: IRenderMimeRegistry;
  readonly actions: IPaneActions;
  readonly density: Density;
}

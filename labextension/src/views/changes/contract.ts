/** What the views of changes need of the pane around them. */
import type {
  Committed,
  Landed,
  LandInfo,
  PullRequest,
  Reverted,
  Scope,
  Sides,
  WorktreeDetails,
  WorktreeSummary
} from '../../protocol';
import type { ILanding, IPullRequesting } from '../../server/changes';
import type { IChangeList, IFileChange, IHunk } from '../../session/changes';
import type { IComment, IDraftComment } from '../../session/comments';
import type { IProposal } from '../../session/proposal';

/** How a text diff lies: one column, or before and after side by side. */
export type Layout = 'unified' | 'split';

/** What stands in place of the files: landing the work, or removing the worktree. */
export type Panel = 'land' | 'remove';

/** Why there is no list. */
export interface IProblem {
  readonly code: string;
  readonly message: string;
}

/** The chosen file; what it shows stays until the next is there. */
export interface IShownFile {
  readonly path: string;
  /** Null while it is being fetched. */
  readonly sides: Sides | null;
  readonly hunks: readonly IHunk[];
  readonly problem: string | null;
}

export interface IChangesState {
  readonly scope: Scope;
  /** Null until the server has answered, and where there is none. */
  readonly list: IChangeList | null;
  readonly problem: IProblem | null;
  readonly path: string | null;
  readonly file: IShownFile | null;
  readonly layout: Layout;
  readonly comments: readonly IComment[];
  readonly drafts: readonly IDraftComment[];
  /** Of the next commit. */
  readonly message: string;
  /** What the agent was asked to write there; null: nothing is awaited or offered. */
  readonly proposal: IProposal | null;
  /** The latest revert, as long as it can be undone here. */
  readonly reverted: Reverted | null;
  /** What was committed last, until something else is done. */
  readonly committed: Committed | null;
  /** Why the last action did not work. */
  readonly error: string | null;
  /** An action is under way. */
  readonly busy: boolean;
  readonly panel: Panel | null;
}

export interface IChangesActions {
  setScope(scope: Scope): void;
  select(path: string): void;
  setLayout(layout: Layout): void;
  refresh(): void;
  /** Without hunks the whole file, without a path all files. */
  stage(path: string | null, hunks: readonly string[]): void;
  unstage(path: string | null, hunks: readonly string[]): void;
  revert(path: string, hunks: readonly string[]): void;
  undoRevert(): void;
  writeMessage(message: string): void;
  /** With the message that is written; `all`: nothing is staged, so everything. */
  commit(all: boolean): void;
  dismiss(): void;
  /** Null: it is given up. */
  draftComment(path: string, draft: IDraftComment | null): void;
  /** What was drafted is a remark now. */
  addComment(draft: IDraftComment): void;
  editComment(id: string, text: string): void;
  removeComment(id: string): void;
  /** Send all remarks as one prompt. */
  sendComments(): void;
  /** Ask the agent for the message of the next commit; `all`: of everything. */
  propose(all: boolean): void;
  /** Wait for it no longer; the agent stops writing it. */
  giveUpProposal(): void;
  /** Put what the agent proposes into the message. */
  useProposal(): void;
  open(path: string, line?: number): void;
  showPanel(panel: Panel | null): void;
}

/** Into the next commit, or out of it. */
export function toggleStage(
  actions: IChangesActions,
  { path, staged }: Pick<IFileChange, 'path' | 'staged'>
): void {
  if (staged === 'all') {
    actions.unstage(path, []);
  } else {
    actions.stage(path, []);
  }
}

/** What landing and removing need; every promise rejects with an Error that may have a `code`. */
export interface ILandActions {
  info(): Promise<LandInfo>;
  land(landing: ILanding): Promise<Landed>;
  /** Ask the agent to bring the target in and to resolve what collides. */
  resolve(target: string, how: ILanding['how'], files: readonly string[]): Promise<void>;
  push(): Promise<string>;
  openPullRequest(wanted: IPullRequesting): Promise<PullRequest>;
  pullRequest(): Promise<PullRequest>;
  details(): Promise<WorktreeDetails>;
  remove(consent: readonly string[], archive: boolean): Promise<void>;
}

/** The session around the changes. */
export interface IChangesSession {
  readonly name: string;
  readonly branch: string | null;
  readonly worktree: WorktreeSummary | null;
  readonly readOnly: boolean;
  /** The agent has a model, so that it can answer in words of its own. */
  readonly writes: boolean;
  /** A turn runs: the files are in motion. */
  readonly running: boolean;
}

/**
 * What a pane draws: the readonly result of folding a session's events.
 *
 * Must not import anything but the protocol: the fold runs the same in a page, in a test and one day in
 * a worker.
 */
import type {
  Command,
  ConfigOption,
  Location,
  PlanEntry,
  QuestionOption,
  ToolContent,
  ToolKind,
  ToolStatus,
  Block
} from '../protocol';

/** A prompt of the person. */
export interface IPromptItem {
  readonly type: 'prompt';
  readonly id: string;
  readonly at: string;
  /** The event it is: where a rewind goes back to. */
  readonly seq: number;
  /** The files as they were right before its turn; null: none were kept. */
  readonly snapshot: string | null;
  readonly content: readonly Block[];
}

/** The agent's text: finished when another item or the end of the turn followed. */
export interface IMessageItem {
  readonly type: 'message';
  readonly id: string;
  readonly at: string;
  readonly text: string;
  /** Blocks that are not text (images), in order of arrival. */
  readonly blocks: readonly Block[];
  readonly finished: boolean;
}

/** The agent's thinking. */
export interface IThoughtItem {
  readonly type: 'thought';
  readonly id: string;
  readonly at: string;
  readonly text: string;
  readonly finished: boolean;
  readonly finishedAt: string | null;
}

/** A tool call with all its updates folded in. */
export interface IToolItem {
  readonly type: 'tool';
  readonly id: string;
  readonly at: string;
  readonly name: string | null;
  readonly title: string;
  readonly kind: ToolKind;
  readonly status: ToolStatus;
  readonly content: readonly ToolContent[];
  /** Live output, as long as no `content` has replaced it. */
  readonly output: string;
  readonly locations: readonly Location[];
  readonly rawInput: unknown;
  readonly exitCode: number | null;
  /** The person's terminal that it runs or ran in; null: it was the agent's own doing. */
  readonly terminal: string | null;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
}

/** The answer that was given to a question, kept in the transcript as one line. */
export interface IAnswerItem {
  readonly type: 'answer';
  readonly id: string;
  readonly at: string;
  readonly title: string;
  readonly toolCall: string | null;
  /** Null: closed because the turn ended. */
  readonly label: string | null;
  readonly allowed: boolean;
  readonly reason: string | null;
  readonly rules: readonly string[];
}

/** One line from the server: something found, cut, kept aside, moved. */
export interface INoticeItem {
  readonly type: 'notice';
  readonly id: string;
  readonly at: string;
  readonly level: 'info' | 'warning' | 'error';
  readonly text: string;
}

/** Why the turn failed. */
export interface IFailureItem {
  readonly type: 'failure';
  readonly id: string;
  readonly at: string;
  readonly reason: string;
  readonly message: string;
  readonly detail: string | null;
  readonly retryable: boolean;
}

/** A turn that ended otherwise than by itself: cancelled, interrupted, refused, cut at a limit. */
export interface IStopItem {
  readonly type: 'stop';
  readonly id: string;
  readonly at: string;
  readonly reason: string;
}

/** The session went back to an earlier point, or took such a step back again. */
export interface IRewoundItem {
  readonly type: 'rewound';
  readonly id: string;
  readonly at: string;
  readonly seq: number;
  readonly what: 'files' | 'conversation' | 'both';
  /** Files that were written or deleted. */
  readonly files: number;
  /** The rewind that this one takes back. */
  readonly undoes: number | null;
  /** How many items before it stayed as they were. */
  readonly start: number;
  /** What stood there and is no longer part of the conversation: an undo shows it again. */
  readonly hidden: readonly Item[];
}

export type Item =
  | IPromptItem
  | IMessageItem
  | IThoughtItem
  | IToolItem
  | IAnswerItem
  | INoticeItem
  | IFailureItem
  | IStopItem
  | IRewoundItem;

/** What there was right before an event, besides the items: a rewind brings it back. */
export interface IMark {
  readonly stopReason: string | null;
  readonly used: number | null;
}

/** A step of making the session's worktree, or of what prepares it. */
export interface ISetupStep {
  readonly step: string;
  readonly status: 'running' | 'done' | 'failed' | 'skipped' | 'needs_consent';
  /** When it began to be in this state. */
  readonly at: string;
  readonly seconds: number | null;
  readonly detail: string;
}

/** The worktree that the session works in, as its log tells it. */
export interface IWorktreeState {
  readonly status: 'making' | 'ready' | 'failed';
  readonly path: string;
  readonly base: string;
  readonly branch: string | null;
  readonly source: string | null;
  /** Null until it is made. */
  readonly id: string | null;
  /** What was asked for, so that it can be asked for again with changes. */
  readonly request: Readonly<Record<string, unknown>> | null;
}

/** A question that waits for its answer. */
export interface IOpenQuestion {
  readonly id: string;
  readonly at: string;
  readonly title: string;
  readonly toolCall: string | null;
  readonly command: string | null;
  readonly directory: string | null;
  readonly reason: string | null;
  readonly options: readonly QuestionOption[];
}

/** A prompt that waits for its turn. */
export interface IQueuedPrompt {
  readonly id: string;
  readonly at: string;
  readonly content: readonly Block[];
  readonly when: 'queue' | 'now';
}

/** A retry under way; null as soon as anything else arrives. */
export interface IRetry {
  readonly attempt: number;
  readonly attempts: number;
  /** Seconds from `at`. */
  readonly delay: number;
  readonly at: string;
  readonly message: string;
}

/** Context window in tokens, and sums over the session. */
export interface IUsage {
  readonly used: number | null;
  readonly size: number | null;
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  readonly costUsd: number | null;
}

export type Activity =
  'starting' | 'idle' | 'running' | 'waiting' | 'finished' | 'failed' | 'interrupted' | 'archived';

/** The whole state of a session, as its events tell it. */
export interface ISessionState {
  readonly lastSeq: number;
  readonly lastAt: string | null;
  readonly name: string;
  readonly archived: boolean;
  /** Where the agent works now; null until it has moved (then: the session's directory). */
  readonly directory: string | null;
  readonly activity: Activity;
  /** The session has come up: its first `state_update` is there. */
  readonly begun: boolean;
  readonly stopReason: string | null;
  /** The event that ended the last turn; 0: none has ended yet. */
  readonly endedSeq: number;
  readonly seenUpto: number;
  readonly items: readonly Item[];
  /** Null: it works in a directory that was there already. */
  readonly worktree: IWorktreeState | null;
  readonly setup: readonly ISetupStep[];
  /** Files as they were before each turn, by prompt. */
  readonly snapshots: Readonly<Record<string, string>>;
  /** By the number of a prompt's event, or of a rewind. */
  readonly marks: Readonly<Record<number, IMark>>;
  readonly questions: readonly IOpenQuestion[];
  readonly queue: readonly IQueuedPrompt[];
  readonly plan: readonly PlanEntry[];
  readonly commands: readonly Command[];
  readonly mode: string;
  readonly options: readonly ConfigOption[];
  readonly usage: IUsage;
  readonly retry: IRetry | null;
  /** When the running turn began. */
  readonly turnStartedAt: string | null;
}

export const EMPTY: ISessionState = {
  lastSeq: 0,
  lastAt: null,
  name: '',
  archived: false,
  directory: null,
  activity: 'starting',
  begun: false,
  stopReason: null,
  endedSeq: 0,
  seenUpto: 0,
  items: [],
  worktree: null,
  setup: [],
  snapshots: {},
  marks: {},
  questions: [],
  queue: [],
  plan: [],
  commands: [],
  mode: 'ask',
  options: [],
  usage: {
    used: null,
    size: null,
    input: 0,
    output: 0,
    cacheRead: 0,
    cacheWrite: 0,
    costUsd: null
  },
  retry: null,
  turnStartedAt: null
};

/**
 * The narrow names of what crosses the wire. Fields that have a default are left out when they have it.
 */
import type {
  AgentMessageChunk,
  ChangeList,
  QuestionOption,
  StateUpdate,
  Stored,
  Summary,
  ToolCall
} from './generated';

export type {
  AgentFailedEvent,
  AgentInfo,
  BaseChoice,
  Bases,
  Capabilities,
  Carried,
  CellChange,
  ChangeList,
  Choice,
  Command,
  Committed,
  ConfigOption,
  ConflictSummary,
  EnvironmentSummary,
  DiffContent,
  Directory,
  FileChange,
  FileMatch,
  Hunk,
  ImageBlock,
  LacksSummary,
  Landed,
  LandInfo,
  Leftover,
  Line,
  Location,
  NotebookChange,
  Output,
  OutputContent,
  PlanEntry,
  PullRequest,
  QuestionAnswered,
  QuestionAsked,
  QuestionOption,
  Reason,
  ResourceBlock,
  ResourceLinkBlock,
  RestoredWorktree,
  RetryScheduled,
  Reverted,
  RewindPreview,
  RewindResult,
  SetupInfo,
  SetupOffer,
  Side,
  Sides,
  Stored as IStored,
  Summary as ISummary,
  TextBlock,
  ToolCall,
  ToolCallUpdate,
  UsageUpdate,
  WorktreeDetails,
  WorktreeInfo,
  WorktreeRequest,
  WorktreeSummary
} from './generated';

/** All that can happen in a session, told apart by `kind`. */
export type Event = Stored['event'];
export type EventOf<Kind extends Event['kind']> = Extract<Event, { kind: Kind }>;
export type Block = AgentMessageChunk['content'];
export type ToolContent = NonNullable<ToolCall['content']>[number];
export type ToolKind = NonNullable<ToolCall['tool_kind']>;
export type ToolStatus = NonNullable<ToolCall['status']>;
export type OptionKind = QuestionOption['kind'];
export type SessionState = Summary['state'];
export type StopReason = NonNullable<StateUpdate['stop_reason']>;
export type Scope = ChangeList['scope'];

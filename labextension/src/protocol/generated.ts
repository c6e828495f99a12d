/* Generated from the Python sources by `make gen`: do not edit. */

/**
 * One line of the log after the header.
 */
export interface Stored {
  seq: number;
  at: string;
  event:
    | UserMessage
    | AgentMessageChunk
    | AgentThoughtChunk
    | ToolCall
    | ToolCallUpdate
    | Plan
    | AvailableCommandsUpdate
    | CurrentModeUpdate
    | ConfigOptionUpdate
    | SessionInfoUpdate
    | UsageUpdate
    | StateUpdate
    | QuestionAsked
    | QuestionAnswered
    | PromptQueued
    | PromptRemoved
    | DirectoryChanged
    | AgentFailedEvent
    | RetryScheduled
    | Notice
    | Seen
    | ModelMessage;
}
/**
 * A prompt that the agent now reads; `id` is the client's, the same as when it was queued.
 */
export interface UserMessage {
  kind: 'user_message';
  id: string;
  content: (TextBlock | ImageBlock | ResourceLinkBlock | ResourceBlock)[];
}
/**
 * Markdown from an agent, plain text from a person.
 */
export interface TextBlock {
  type: 'text';
  text: string;
}
/**
 * An image: `data` (base64) on the way in, `blob` (content hash in the session's blobs) in the log.
 */
export interface ImageBlock {
  type: 'image';
  mime_type: string;
  data?: string | null;
  blob?: string | null;
  name?: string | null;
}
/**
 * A file that is mentioned, not included. `uri` is a `file://` address or a path.
 */
export interface ResourceLinkBlock {
  type: 'resource_link';
  uri: string;
  name: string;
  mime_type?: string | null;
  size?: number | null;
}
/**
 * A file or excerpt that is included: `text`, or bytes as `data` (base64) in and `blob` in the log.
 */
export interface ResourceBlock {
  type: 'resource';
  name: string;
  uri?: string | null;
  mime_type?: string | null;
  text?: string | null;
  data?: string | null;
  blob?: string | null;
}
/**
 * A piece of the agent's answer; pieces of one `message_id` join.
 */
export interface AgentMessageChunk {
  kind: 'agent_message_chunk';
  message_id: string;
  content: TextBlock | ImageBlock | ResourceLinkBlock | ResourceBlock;
}
/**
 * A piece of the agent's thinking; pieces of one `message_id` join.
 */
export interface AgentThoughtChunk {
  kind: 'agent_thought_chunk';
  message_id: string;
  content: TextBlock | ImageBlock | ResourceLinkBlock | ResourceBlock;
}
/**
 * The agent wants a tool. Later updates patch it field by field.
 */
export interface ToolCall {
  kind: 'tool_call';
  tool_call_id: string;
  title: string;
  tool_kind?:
    'delete' | 'edit' | 'execute' | 'fetch' | 'move' | 'other' | 'read' | 'search' | 'switch_mode' | 'think';
  status?: 'cancelled' | 'completed' | 'failed' | 'in_progress' | 'pending';
  content?: (BlockContent | DiffContent | OutputContent)[];
  locations?: Location[];
  raw_input?: unknown;
  name?: string | null;
}
/**
 * Any block as a tool call's content.
 */
export interface BlockContent {
  type: 'content';
  content: TextBlock | ImageBlock | ResourceLinkBlock | ResourceBlock;
}
/**
 * A file before and after. `old_text` is None for a new file; `path` is absolute.
 */
export interface DiffContent {
  type: 'diff';
  path: string;
  new_text: string;
  old_text?: string | null;
}
/**
 * A command's output as text, trimmed in the middle; the whole is in `blob` when it was.
 */
export interface OutputContent {
  type: 'output';
  text: string;
  total_bytes?: number;
  blob?: string | null;
}
/**
 * A file a tool call touches; `line` counts from 1.
 */
export interface Location {
  path: string;
  line?: number | null;
}
/**
 * A patch: a field that is None stays. `append_output` is added to the output shown so far;
 *     `content` replaces it. `exit_code` is a command's.
 */
export interface ToolCallUpdate {
  kind: 'tool_call_update';
  tool_call_id: string;
  title?: string | null;
  tool_kind?:
    | (
        | 'delete'
        | 'edit'
        | 'execute'
        | 'fetch'
        | 'move'
        | 'other'
        | 'read'
        | 'search'
        | 'switch_mode'
        | 'think'
      )
    | null;
  status?: ('cancelled' | 'completed' | 'failed' | 'in_progress' | 'pending') | null;
  content?: (BlockContent | DiffContent | OutputContent)[] | null;
  locations?: Location[] | null;
  raw_input?: unknown;
  append_output?: string | null;
  exit_code?: number | null;
}
/**
 * The whole plan; the last one wins.
 */
export interface Plan {
  kind: 'plan';
  entries: PlanEntry[];
}
/**
 * One line of the agent's plan.
 */
export interface PlanEntry {
  content: string;
  status?: 'completed' | 'in_progress' | 'pending';
  priority?: 'high' | 'low' | 'medium';
}
/**
 * The slash commands the agent offers; the last one wins.
 */
export interface AvailableCommandsUpdate {
  kind: 'available_commands_update';
  available_commands: Command[];
}
/**
 * A slash command the composer offers.
 */
export interface Command {
  name: string;
  description: string;
  hint?: string | null;
}
/**
 * The permission mode from now on.
 */
export interface CurrentModeUpdate {
  kind: 'current_mode_update';
  current_mode_id: string;
}
/**
 * All settings of the session (model, effort…); the last one wins.
 */
export interface ConfigOptionUpdate {
  kind: 'config_option_update';
  config_options: ConfigOption[];
}
/**
 * A setting of the session, as ACP's config options: `category` is model, thought_level, mode…
 */
export interface ConfigOption {
  id: string;
  name: string;
  category: string;
  current_value?: string | null;
  options?: Choice[];
}
/**
 * One value of a configuration option.
 */
export interface Choice {
  value: string;
  name: string;
  description?: string | null;
}
/**
 * Name and archived flag; None leaves as it is.
 */
export interface SessionInfoUpdate {
  kind: 'session_info_update';
  title?: string | null;
  archived?: boolean | null;
}
/**
 * `used`/`size`: the context window in tokens. The rest is what this one step added.
 */
export interface UsageUpdate {
  kind: 'usage_update';
  used?: number | null;
  size?: number | null;
  input?: number;
  output?: number;
  cache_read?: number;
  cache_write?: number;
  cost_usd?: number | null;
  model?: string | null;
}
/**
 * Where the turn is. `stop_reason` goes with `idle`.
 */
export interface StateUpdate {
  kind: 'state_update';
  state: 'idle' | 'requires_action' | 'running';
  stop_reason?:
    | ('cancelled' | 'end_turn' | 'failed' | 'interrupted' | 'max_tokens' | 'max_turn_requests' | 'refusal')
    | null;
}
/**
 * The agent needs a permission. `reason` says why it is asked, `directory` where it would act.
 */
export interface QuestionAsked {
  kind: '_question_asked';
  id: string;
  title: string;
  options: QuestionOption[];
  tool_call?: string | null;
  command?: string | null;
  directory?: string | null;
  reason?: string | null;
}
/**
 * One answer that may be given. `rules` are what an *always* would remember, shown before it is.
 */
export interface QuestionOption {
  id: string;
  kind: 'allow_once' | 'allow_project' | 'allow_session' | 'reject_always' | 'reject_once';
  label: string;
  rules?: string[];
}
/**
 * `option` is None when the question was closed because the turn ended. `rules` were remembered.
 */
export interface QuestionAnswered {
  kind: '_question_answered';
  id: string;
  option?: string | null;
  option_kind?: ('allow_once' | 'allow_project' | 'allow_session' | 'reject_always' | 'reject_once') | null;
  reason?: string | null;
  rules?: string[];
}
/**
 * A prompt waits. The same id again replaces its content; `now`: read at the agent's next step.
 */
export interface PromptQueued {
  kind: '_prompt_queued';
  id: string;
  content: (TextBlock | ImageBlock | ResourceLinkBlock | ResourceBlock)[];
  when?: 'now' | 'queue';
}
/**
 * A queued prompt was taken back by the person.
 */
export interface PromptRemoved {
  kind: '_prompt_removed';
  id: string;
}
/**
 * The agent works in `directory` (absolute) from now on.
 */
export interface DirectoryChanged {
  kind: '_directory_changed';
  directory: string;
  origin?: 'agent' | 'person';
}
/**
 * Why the turn failed and what can be done. `reason`: see `parsess_lab.errors.AgentFailed`.
 */
export interface AgentFailedEvent {
  kind: '_agent_failed';
  reason: string;
  message: string;
  retryable?: boolean;
  detail?: string | null;
  exit_code?: number | null;
  stderr_tail?: string | null;
}
/**
 * The model service failed; the same request goes out again after `delay` seconds.
 */
export interface RetryScheduled {
  kind: '_retry_scheduled';
  attempt: number;
  attempts: number;
  delay: number;
  reason: string;
  message: string;
  discard_message_id?: string | null;
}
/**
 * One line for the person: what was found, cut, kept aside.
 */
export interface Notice {
  kind: '_notice';
  text: string;
  level?: 'error' | 'info' | 'warning';
}
/**
 * A person has looked at the session when its last event was `upto`.
 */
export interface Seen {
  kind: '_seen';
  upto: number;
}
/**
 * The exact Messages API turn (ids, signatures, results). Never leaves the server.
 */
export interface ModelMessage {
  kind: '_model_message';
  message: {
    [k: string]: unknown;
  };
  prompt?: string | null;
}
/**
 * A session in JSON (DESIGN.md §4). `directory` is absolute, times are RFC 3339 in UTC.
 *
 *     `problem` says what is wrong with it in words for a person: its directory is gone, another server
 *     owns it, its log had damaged lines. `read_only` is true while another living server owns it.
 */
export interface Summary {
  id: string;
  name: string;
  directory: string;
  branch: string | null;
  agent: string;
  model: string | null;
  mode: string;
  effort: string | null;
  state: 'archived' | 'failed' | 'finished' | 'idle' | 'interrupted' | 'running' | 'starting' | 'waiting';
  summary: string;
  question: Question | null;
  created_at: string;
  last_event_at: string;
  last_seq: number;
  usage: Usage;
  archived: boolean;
  worktree?: {
    [k: string]: unknown;
  } | null;
  conflicts?: {
    [k: string]: unknown;
  }[];
  read_only?: boolean;
  problem?: string | null;
}
/**
 * The open question, if one is.
 */
export interface Question {
  id: string;
  title: string;
  tool_call: string | null;
  options: QuestionOption[];
}
/**
 * Context window now (tokens), and sums over the session. `cost_usd` is None where unknown.
 */
export interface Usage {
  context_used?: number | null;
  context_size?: number | null;
  input?: number;
  output?: number;
  cache_read?: number;
  cache_write?: number;
  cost_usd?: number | null;
}
/**
 * An agent as the list of agents shows it. `why_not` says what to do when it isn't available.
 */
export interface AgentInfo {
  id: string;
  name: string;
  available: boolean;
  why_not?: string | null;
  capabilities?: Capabilities;
}
/**
 * What an agent offers, read from the agent itself; the form offers only this.
 */
export interface Capabilities {
  modes?: string[];
  options?: ConfigOption[];
  commands?: Command[];
  images?: boolean;
}
/**
 * A directory a session could work in; `name` is relative to the server's root where it can be.
 */
export interface Directory {
  path: string;
  name: string;
  git: Git | null;
}
/**
 * The repository a directory is in. `changes` counts uncommitted paths; None: git can't say.
 */
export interface Git {
  branch: string | null;
  changes: number | null;
}
/**
 * A file or directory below the session's directory; `path` is relative to it.
 */
export interface FileMatch {
  path: string;
  directory: boolean;
}

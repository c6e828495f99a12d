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
    | WorktreeEvent
    | SetupStep
    | SnapshotTaken
    | RewoundEvent
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
  kind:
    'allow_once' | 'allow_project' | 'allow_session' | 'reject_always' | 'reject_once' | 'run_in_terminal';
  label: string;
  rules?: string[];
}
/**
 * `option` is None when the question was closed because the turn ended. `rules` were remembered.
 *
 *     `terminal` is the name of the one in which the person had it run.
 */
export interface QuestionAnswered {
  kind: '_question_answered';
  id: string;
  option?: string | null;
  option_kind?:
    | ('allow_once' | 'allow_project' | 'allow_session' | 'reject_always' | 'reject_once' | 'run_in_terminal')
    | null;
  reason?: string | null;
  rules?: string[];
  terminal?: string | null;
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
 * The session's directory is a worktree of its own. While it is `making` there is no directory yet.
 *
 *     `id` names it once it is made. `base` is what a person calls the start, `base_commit` what it is.
 *     `request` is what was asked for, so that a failed one can be tried again.
 */
export interface WorktreeEvent {
  kind: '_worktree';
  status: 'failed' | 'making' | 'ready';
  path: string;
  base: string;
  base_commit: string;
  branch?: string | null;
  source?: string | null;
  id?: string | null;
  request?: {
    [k: string]: unknown;
  } | null;
}
/**
 * A step of making the worktree, or of what prepares it; the same `step` again replaces what it said.
 *
 *     `seconds` is None while it runs. `needs_consent`: `detail` is a command that somebody must agree to.
 */
export interface SetupStep {
  kind: '_setup_step';
  step: string;
  status: 'done' | 'failed' | 'needs_consent' | 'running' | 'skipped';
  seconds?: number | null;
  detail?: string;
}
/**
 * The files as they were before or after the turn of `prompt` are kept; `left_out` counts those too large.
 */
export interface SnapshotTaken {
  kind: '_snapshot';
  id: string;
  moment: 'after_turn' | 'before_turn';
  prompt: string;
  left_out?: number;
}
/**
 * The session went back to where it was right before the event `to`, or took that back again.
 *
 *     What a conversation said between `to` and here is hidden from the agent and from view. `undoes` is the
 *     `_rewound` that this one takes back: all is again as it was right before that. `snapshot` is what the
 *     files are now, `undo` what they were; `files` counts those that changed. `prompt` is the prompt taken back.
 */
export interface RewoundEvent {
  kind: '_rewound';
  to: number;
  what: 'both' | 'conversation' | 'files';
  prompt?: string | null;
  snapshot?: string | null;
  undo?: string | null;
  files?: number;
  undoes?: number | null;
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
  worktree?: WorktreeSummary | null;
  environment?: EnvironmentSummary | null;
  conflicts?: ConflictSummary[];
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
 * The worktree that a session works in.
 *
 *     `id` is None until it is made, and for one that was made elsewhere (which is never removed here).
 *     `base` is the branch, tag or commit it started from, `source` the checkout. `lacks` is None as long as
 *     nobody has looked. `landed` is the branch that has all its commits by now. `status`: one that was `removed`
 *     here can be brought back; of one that is `gone` the folder was deleted or moved by somebody else.
 */
export interface WorktreeSummary {
  id: string | null;
  branch: string | null;
  base: string;
  lacks?: LacksSummary | null;
  status?: 'failed' | 'gone' | 'making' | 'ready' | 'removed';
  path: string;
  base_commit: string;
  source?: string | null;
  landed?: string | null;
}
/**
 * What a worktree has not, but the checkout it came from has. `line` says it in one line, maybe empty.
 */
export interface LacksSummary {
  line: string;
  uncommitted: number;
  uncommitted_files: string[];
  commits: number;
  ignored: string[];
  submodules: string[];
  behind: number;
  upstream: string | null;
}
/**
 * The Python environment that commands and terminals in the session's directory see.
 *
 *     `version` is None where only running it would tell. `problem` says why it is not used.
 */
export interface EnvironmentSummary {
  prefix: string;
  version?: string | null;
  problem?: string | null;
}
/**
 * Another session that gets in the way of this one. `files` are from the top of the checkout.
 */
export interface ConflictSummary {
  session: string;
  files: string[];
  kind: 'same_directory' | 'same_files' | 'would_conflict';
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
/**
 * For the form. `repository` is None where no worktree can be made; `why_not` says why, and what to do.
 *
 *     `note` says why the remote could not be asked what is new, after it was to be asked.
 */
export interface Bases {
  repository?: string | null;
  why_not?: string | null;
  head?: BaseChoice | null;
  default?: BaseChoice | null;
  branches?: BaseChoice[];
  remotes?: BaseChoice[];
  tags?: BaseChoice[];
  more?: boolean;
  uncommitted?: number;
  suggestion?: Suggestion | null;
  setup?: SetupOffer | null;
  recipe?: SetupOffer | null;
  note?: string | null;
}
/**
 * A possible start. `name` is what to ask for, `age` says how old it is in words.
 *
 *     `ahead` and `behind` count commits against `upstream`, which was last asked at `fetched_at`.
 */
export interface BaseChoice {
  name: string;
  ref: string | null;
  commit: string;
  subject: string;
  committed_at: string | null;
  upstream?: string | null;
  ahead?: number | null;
  behind?: number | null;
  fetched_at?: string | null;
  checked_out_in?: string | null;
  age?: string;
}
/**
 * The branch and folder that a new worktree would get.
 */
export interface Suggestion {
  branch: string | null;
  folder: string;
}
/**
 * A command that can be run. The repository's own `needs_consent`, which is for `fingerprint` alone.
 */
export interface SetupOffer {
  command: string;
  source: 'recipe' | 'repository' | 'settings';
  needs_consent: boolean;
  fingerprint: string;
  wait: boolean;
  seconds: number;
}
/**
 * `worktree` of `POST sessions`.
 *
 *     `base` is `HEAD`, `default`, or any branch, tag or commit. `branch` is a new one, or with
 *     `existing` one that is there; without it the server's pattern makes one from `name` (else the session's).
 *     `setup_consent` is the fingerprint of the repository's setup command that the person read and agreed to.
 */
export interface WorktreeRequest {
  branch?: string | null;
  existing?: boolean;
  base?: string | null;
  name?: string | null;
  folder?: string | null;
  fetch?: boolean;
  carry_over?: boolean;
  setup?: boolean;
  setup_consent?: string | null;
  wait_for_setup?: boolean;
  environment?: boolean;
}
/**
 * With all that takes a moment to find out. `reasons` are what removing it would lose.
 */
export interface WorktreeDetails {
  id: string;
  session: string | null;
  repository: string;
  source: string | null;
  path: string;
  branch: string | null;
  made_branch: boolean;
  base: string;
  base_name: string;
  base_ref: string | null;
  created_at: string;
  landed: Landed | null;
  removed: Removed | null;
  exists: boolean;
  lacks: LacksSummary | null;
  reasons: Reason[];
  interpreter: Interpreter | null;
}
/**
 * `head` of the worktree's branch is part of `target` as `commit`, in whichever way.
 */
export interface Landed {
  head: string;
  target: string;
  commit: string;
  how: string;
  at: string;
}
/**
 * Kept as `snapshot` (a commit under `refs/parsess/removed/`) until it is too old.
 */
export interface Removed {
  snapshot: string;
  at: string;
  branch: string | null;
  head: string | null;
}
/**
 * Why a worktree is not removed without a word. `detail` is for a person.
 */
export interface Reason {
  kind:
    | 'detached'
    | 'dirty'
    | 'ignored'
    | 'in_use'
    | 'locked'
    | 'stashed'
    | 'submodules'
    | 'too_large'
    | 'unmerged'
    | 'unpushed'
    | 'untracked';
  detail: string;
}
/**
 * The Python of a worktree. `problem` says in words what is wrong with it, None if nothing is.
 */
export interface Interpreter {
  path: string;
  version: string;
  prefix: string;
  own: boolean;
  imports: Imported[];
  problem?: string | null;
  notebooks?: string | null;
}
/**
 * Where a package of the project comes from; `origin` is None if it can't be imported.
 */
export interface Imported {
  name: string;
  origin: string | null;
  own: boolean;
}
/**
 * `snapshot` is the commit that keeps all of it.
 */
export interface RemovedWorktree {
  id: string;
  snapshot: string;
  path: string;
  branch: string | null;
}
/**
 * What came back; `notes` tell what could not.
 */
export interface RestoredWorktree {
  worktree: WorktreeInfo;
  path: string;
  branch: string | null;
  notes: string[];
}
/**
 * A worktree we made. `exists`: its folder is there; `removed`: it can be brought back.
 */
export interface WorktreeInfo {
  id: string;
  session: string | null;
  repository: string;
  source: string | null;
  path: string;
  branch: string | null;
  made_branch: boolean;
  base: string;
  base_name: string;
  base_ref: string | null;
  created_at: string;
  landed: Landed | null;
  removed: Removed | null;
  exists: boolean;
}
/**
 * `detail` says what it is and what can be done.
 */
export interface Leftover {
  kind: 'folder_gone' | 'metadata_gone' | 'snapshot' | 'unknown_worktree' | 'workshop';
  path: string;
  detail: string;
  worktree?: string | null;
}
/**
 * The commands that prepare a worktree, the latest run, and the end of its output.
 */
export interface SetupInfo {
  setup: SetupOffer | null;
  recipe: SetupOffer | null;
  run: SetupState | null;
  tail: string;
}
/**
 * How a run is going. `exit_code` is None while it runs and when it was ended.
 */
export interface SetupState {
  status: 'cancelled' | 'done' | 'failed' | 'running' | 'timed_out';
  log: string;
  exit_code?: number | null;
  seconds: number;
}
/**
 * The changes of a scope. `base` is the commit or snapshot compared with, None before the first commit.
 *
 *     `truncated`: hunks were left out because all together are too much; one file's can be asked for.
 *     `left_out` counts changed files beyond the limit of the list.
 */
export interface ChangeList {
  scope: 'branch' | 'turn' | 'uncommitted';
  top: string;
  files: FileChange[];
  base?: string | null;
  base_name?: string | null;
  added?: number;
  removed?: number;
  truncated?: boolean;
  left_out?: number;
}
/**
 * One changed file. `hunks` is empty when it is binary, or `too_large` to show here.
 *
 *     `mode_change` is `100644 → 100755` for instance. `kind` `repository` is an untracked repository
 *     inside this one: it is shown and left alone.
 */
export interface FileChange {
  path: string;
  status: 'added' | 'conflict' | 'deleted' | 'modified' | 'renamed' | 'type';
  old_path?: string | null;
  kind?: 'file' | 'repository' | 'submodule' | 'symlink';
  added?: number;
  removed?: number;
  binary?: boolean;
  mode_change?: string | null;
  staged?: 'all' | 'none' | 'partly';
  too_large?: boolean;
  hunks?: Hunk[];
}
/**
 * A run of changed lines with context.
 *
 *     `id` is a hash of the content: it names this hunk as long as the hunk stays as it is. A `staged`
 *     hunk goes from HEAD to the index, one that isn't from the index to the working tree; in the scopes
 *     `turn` and `branch` from the base to the working tree.
 */
export interface Hunk {
  id: string;
  header: string;
  old_start: number;
  old_lines: number;
  new_start: number;
  new_lines: number;
  lines: Line[];
  staged?: boolean;
}
/**
 * One line of a hunk. `old` and `new` are its numbers (from 1) on the sides where it exists.
 *
 *     `text` is without its newline; what is not UTF-8 in it is shown as U+FFFD (hunks are applied from the
 *     exact bytes). `no_newline`: the file ends here without a newline.
 */
export interface Line {
  kind: ' ' | '+' | '-';
  text: string;
  old?: number | null;
  new?: number | null;
  no_newline?: boolean;
}
/**
 * Both sides of a file, None where it doesn't exist. `notebook`: by cell, if they are.
 */
export interface Sides {
  path: string;
  old: Side | null;
  new: Side | null;
  notebook?: NotebookChange | null;
}
/**
 * One side of a file. `text` is None when it is binary or larger than 1 MiB; `hash` is git's.
 *
 *     `image` is the address (`data:`) of a picture that browsers draw.
 */
export interface Side {
  kind: 'file' | 'repository' | 'submodule' | 'symlink';
  mode: string;
  size: number;
  hash: string;
  text?: string | null;
  binary?: boolean;
  eol?: 'crlf' | 'lf' | 'mixed' | 'none';
  image?: string | null;
}
/**
 * A notebook by cell.
 */
export interface NotebookChange {
  cells: CellChange[];
  metadata_changed?: boolean;
  truncated?: boolean;
}
/**
 * One cell of a notebook. `old`, `new` are its places (from 0) on the sides where it exists.
 *
 *     `source` is a line diff, empty when the source is the same. Outputs are there when they differ.
 */
export interface CellChange {
  status: 'added' | 'modified' | 'removed' | 'same';
  cell_type: string;
  old?: number | null;
  new?: number | null;
  source?: Line[];
  outputs_changed?: boolean;
  old_outputs?: Output[];
  new_outputs?: Output[];
  metadata_changed?: boolean;
}
/**
 * A notebook cell's output. `data` is by MIME type; too large ones are in `left_out`, with bytes.
 */
export interface Output {
  type: string;
  text?: string | null;
  data?: {
    [k: string]: unknown;
  };
  left_out?: {
    [k: string]: unknown;
  };
  execution_count?: number | null;
}
/**
 * Changes were taken back in the working tree. Rewinding `paths` to `undo` brings them again.
 */
export interface Reverted {
  undo: Snapshot;
  paths: string[];
}
/**
 * The files of a directory at a moment. `id` is a commit under a private ref, `created` RFC 3339.
 *
 *     `nested` are repositories inside, which are never touched.
 */
export interface Snapshot {
  id: string;
  tree: string;
  session: string;
  number: number;
  directory: string;
  kind: 'after_rewind' | 'after_turn' | 'before_revert' | 'before_rewind' | 'before_turn' | 'other';
  label: string;
  created: string;
  left_out?: LeftOut[];
  nested?: string[];
}
/**
 * A file that a snapshot does not hold: `too_large`, `over_budget` or `unreadable`.
 */
export interface LeftOut {
  path: string;
  reason: 'over_budget' | 'too_large' | 'unreadable';
  size?: number;
  mtime_ns?: number;
}
/**
 * What a rewind did. Rewinding to `undo` takes it back.
 */
export interface Rewound {
  undo: Snapshot;
  written: string[];
  deleted: string[];
  kept: Kept[];
}
/**
 * A file that a rewind leaves as it is, and why.
 *
 *     `not_in_snapshot`: what is there now is in no snapshot (ignored, too large), so it could not come back;
 *     `ignored_then`: was ignored at the time; `left_out_then`: was too large for the snapshot then;
 *     `changed_meanwhile`: somebody changed it during the rewind; `through_link`: its folder is a link;
 *     `in_the_way`: a folder with other files stands in its place; `failed`: see `detail`.
 */
export interface Kept {
  path: string;
  reason:
    | 'changed_meanwhile'
    | 'failed'
    | 'ignored_then'
    | 'in_the_way'
    | 'left_out_then'
    | 'not_in_snapshot'
    | 'through_link';
  detail?: string | null;
}
/**
 * A new commit. `note` says what went wrong after it was made (a hook that did not end).
 */
export interface Committed {
  id: string;
  subject: string;
  note?: string | null;
}
/**
 * What a rewind would do. `files` is None where no snapshot was kept; `turns` counts those hidden.
 */
export interface RewindPreview {
  to: number;
  prompt: PromptText | null;
  files: RewindFiles | null;
  turns: number;
}
/**
 * The prompt that is taken back, to be written anew. Its attachments are in the log.
 */
export interface PromptText {
  id: string;
  text: string;
}
/**
 * What would become of the files. `external`: changed by somebody else since.
 */
export interface RewindFiles {
  snapshot: string;
  written: string[];
  deleted: string[];
  kept: Kept[];
  external: string[];
}
/**
 * What a rewind did. Rewinding to `seq`, the number of its event, takes it back.
 */
export interface RewindResult {
  seq: number;
  to: number;
  what: 'both' | 'conversation' | 'files';
  prompt: PromptText | null;
  written: string[];
  deleted: string[];
  kept: Kept[];
  undo: Snapshot | null;
}
/**
 * For the button: `target` is the likely one. `uncommitted` would not land unless it is committed.
 */
export interface LandInfo {
  branch: string | null;
  head: string | null;
  targets: Target[];
  target: string | null;
  uncommitted: string[];
  remotes: string[];
  forge: ('gh' | 'glab') | null;
}
/**
 * A branch to land on. `ahead` counts commits that it would get, `behind` those it has and we have not.
 */
export interface Target {
  name: string;
  commit: string;
  checked_out_in: string | null;
  ahead: number;
  behind: number;
}
/**
 * Where the branch is now, too.
 */
export interface Pushed {
  remote: string;
  branch: string;
}
/**
 * As the forge tells it; `checks` maps a check's name to its state in the forge's words.
 */
export interface PullRequest {
  url: string;
  state?: string;
  checks?: {
    [k: string]: unknown;
  };
}
/**
 * Relative paths; `skipped` says why not, path by path.
 */
export interface Carried {
  files?: string[];
  skipped?: {
    [k: string]: unknown;
  };
}

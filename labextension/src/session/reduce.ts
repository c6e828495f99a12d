/**
 * The fold: what a session's events mean for what is drawn.
 *
 * Pure. An event that was folded before changes nothing, one of an unknown kind only moves the cursor, and
 * whatever an event does not touch stays the same object, so that views can compare by identity.
 */
import type {
  Block,
  Event,
  EventOf,
  IStored,
  OptionKind,
  ToolCall,
  ToolCallUpdate,
  ToolStatus
} from '../protocol';
import type {
  Activity,
  IMark,
  IMessageItem,
  ISessionState,
  IThoughtItem,
  IToolItem,
  IUsage,
  Item
} from './state';

type Patch = Partial<ISessionState>;
type Items = readonly Item[];

/** When and as what the event was stored. */
type Stamp = Pick<IStored, 'seq' | 'at'>;

type Folds = {
  [Kind in Event['kind']]: (state: ISessionState, event: EventOf<Kind>, stamp: Stamp) => Patch;
};

/** The state after one more event. */
export function reduce(state: ISessionState, stored: IStored): ISessionState {
  if (stored.seq <= state.lastSeq) {
    return state;
  }
  const next = { ...state, ...patch(state, stored), lastSeq: stored.seq, lastAt: stored.at };
  return { ...next, activity: activity(next) };
}

function patch(state: ISessionState, stored: IStored): Patch {
  const { kind } = stored.event;
  if (!Object.hasOwn(FOLDS, kind)) {
    return {};
  }
  // The table ties each kind to its event; TypeScript cannot follow that through a union.
  const fold = FOLDS[kind] as (state: ISessionState, event: Event, stamp: Stamp) => Patch;
  return fold(state, stored.event, stored);
}

function activity(state: ISessionState): Activity {
  if (state.archived) {
    return 'archived';
  }
  if (!state.begun) {
    return 'starting';
  }
  if (state.turnStartedAt !== null) {
    return state.questions.length > 0 ? 'waiting' : 'running';
  }
  switch (state.stopReason) {
    case 'failed':
    case 'interrupted':
      return state.stopReason;
    case 'end_turn':
      return state.endedSeq > state.seenUpto ? 'finished' : 'idle';
    default:
      return 'idle';
  }
}

const FOLDS: Folds = {
  user_message: (state, { id, content }, { seq, at }) => ({
    items: append(
      state.items,
      { type: 'prompt', id, at, seq, snapshot: state.snapshots[id] ?? null, content },
      at
    ),
    queue: state.queue.filter(prompt => prompt.id !== id),
    marks: { ...state.marks, [seq]: mark(state) }
  }),
  agent_message_chunk: (state, { message_id, content }, { at }) => ({
    items: addMessageChunk(state.items, message_id, content, at),
    retry: null
  }),
  agent_thought_chunk: (state, { message_id, content }, { at }) => ({
    items: addThoughtChunk(state.items, message_id, content, at),
    retry: null
  }),
  tool_call: (state, event, { at }) => ({ items: addTool(state.items, event, at), retry: null }),
  tool_call_update: (state, event, { at }) => ({ items: updateTool(state.items, event, at), retry: null }),
  plan: (_, { entries }) => ({ plan: entries }),
  available_commands_update: (_, { available_commands }) => ({ commands: available_commands }),
  current_mode_update: (_, { current_mode_id }) => ({ mode: current_mode_id }),
  config_option_update: (_, { config_options }) => ({ options: config_options }),
  session_info_update: (state, event) => ({
    name: event.title ?? state.name,
    archived: event.archived ?? state.archived
  }),
  usage_update: (state, event) => ({ usage: addUsage(state.usage, event), retry: null }),
  state_update: (state, event, stamp) =>
    event.state === 'idle'
      ? endTurn(state, event.stop_reason ?? null, stamp)
      : { begun: true, turnStartedAt: state.turnStartedAt ?? stamp.at, retry: null },
  _question_asked: (state, event, { at }) => ({
    questions: [
      ...state.questions.filter(question => question.id !== event.id),
      {
        id: event.id,
        at,
        title: event.title,
        toolCall: event.tool_call ?? null,
        command: event.command ?? null,
        directory: event.directory ?? null,
        reason: event.reason ?? null,
        options: event.options
      }
    ]
  }),
  _question_answered: answer,
  _prompt_queued: queue,
  _prompt_removed: (state, { id }) => ({ queue: state.queue.filter(prompt => prompt.id !== id) }),
  _directory_changed: (_, { directory }) => ({ directory }),
  _agent_failed: (state, event, { seq, at }) => ({
    items: append(
      state.items,
      {
        type: 'failure',
        id: `${seq}`,
        at,
        reason: event.reason,
        message: event.message,
        detail: event.detail ?? event.stderr_tail ?? null,
        retryable: event.retryable ?? false
      },
      at
    ),
    retry: null
  }),
  _retry_scheduled: (state, event, { at }) => ({
    items: discard(state.items, event.discard_message_id ?? null),
    retry: {
      attempt: event.attempt,
      attempts: event.attempts,
      delay: event.delay,
      at,
      message: event.message
    }
  }),
  _notice: (state, { level = 'info', text }, { seq, at }) => ({
    items: append(state.items, { type: 'notice', id: `${seq}`, at, level, text }, at)
  }),
  _seen: (state, { upto }) => ({ seenUpto: Math.max(state.seenUpto, upto) }),
  _worktree: (_, event) => ({
    worktree: {
      status: event.status,
      path: event.path,
      base: event.base,
      branch: event.branch ?? null,
      source: event.source ?? null,
      id: event.id ?? null,
      request: event.request ?? null
    },
    // Made once more: the steps begin anew.
    ...(event.status === 'making' ? { setup: [], begun: false, stopReason: null } : {})
  }),
  _setup_step: addStep,
  _snapshot: addSnapshot,
  _rewound: rewind,
  _model_message: () => ({})
};

// --- worktree, snapshots, rewind -------------------------------------------------------------------

/** The same step again replaces what it said, in its place. */
function addStep(state: ISessionState, event: EventOf<'_setup_step'>, { at }: Stamp): Patch {
  const { step, status, seconds = null, detail = '' } = event;
  const next = { step, status, at, seconds, detail };
  const known = state.setup.some(other => other.step === step);
  return {
    setup: known ? state.setup.map(other => (other.step === step ? next : other)) : [...state.setup, next]
  };
}

/** It may be told before its prompt is, or after. */
function addSnapshot(state: ISessionState, event: EventOf<'_snapshot'>): Patch {
  if (event.moment !== 'before_turn') {
    return {};
  }
  const prompt = find(state.items, 'prompt', event.prompt);
  return {
    snapshots: { ...state.snapshots, [event.prompt]: event.id },
    items: prompt ? replace(state.items, prompt, { ...prompt, snapshot: event.id }) : state.items
  };
}

/** Hides what the conversation said since; taking a rewind back shows all again as it was right before that. */
function rewind(state: ISessionState, event: EventOf<'_rewound'>, { seq, at }: Stamp): Patch {
  const { to, what, files = 0 } = event;
  const undoes = event.undoes ?? null;
  const begin = what === 'files' ? -1 : indexOfSeq(state.items, undoes ?? to);
  const start = begin < 0 ? state.items.length : begin;
  const hidden = state.items.slice(start);
  const kept = undoes === null ? state.items.slice(0, start) : before(state.items, start);
  const item: Item = { type: 'rewound', id: `${seq}`, at, seq, what, files, undoes, start, hidden };
  const marks = { ...state.marks, [seq]: mark(state) };
  const items = append(kept, item, at);
  return what === 'files' ? { items, marks } : { ...restored(state, undoes ?? to), items, marks, plan: [] };
}

/** What there was right before the rewind at `index`. */
function before(items: Items, index: number): Items {
  const rewound = items[index];
  return rewound?.type === 'rewound'
    ? [...items.slice(0, rewound.start), ...rewound.hidden]
    : items.slice(0, index);
}

function mark(state: ISessionState): IMark {
  return { stopReason: state.stopReason, used: state.usage.used };
}

function restored(state: ISessionState, seq: number): Patch {
  const { stopReason, used } = state.marks[seq] ?? mark(state);
  return { stopReason, usage: { ...state.usage, used } };
}

function indexOfSeq(items: Items, seq: number): number {
  return items.findIndex(item => (item.type === 'prompt' || item.type === 'rewound') && item.seq === seq);
}

// --- turns, questions, queue -----------------------------------------------------------------------

function endTurn(state: ISessionState, reason: string | null, { seq, at }: Stamp): Patch {
  const settled = settle(state.items, at);
  // Why it failed is an item of its own already.
  const quiet = reason === null || reason === 'end_turn' || reason === 'failed';
  return {
    items: quiet ? settled : append(settled, { type: 'stop', id: `${seq}`, at, reason }, at),
    questions: keep(state.questions, []),
    retry: null,
    begun: true,
    stopReason: reason,
    endedSeq: reason === null ? state.endedSeq : seq,
    turnStartedAt: null
  };
}

function answer(state: ISessionState, event: EventOf<'_question_answered'>, { at }: Stamp): Patch {
  const question = state.questions.find(({ id }) => id === event.id);
  if (question === undefined) {
    return {};
  }
  const chosen = question.options.find(({ id }) => id === event.option);
  const item: Item = {
    type: 'answer',
    id: event.id,
    at,
    title: question.title,
    toolCall: question.toolCall,
    label: chosen?.label ?? event.option ?? null,
    allowed: isLeave(event.option_kind ?? chosen?.kind),
    reason: event.reason ?? null,
    rules: event.rules ?? []
  };
  return {
    items: append(inTerminal(state.items, question.toolCall, event.terminal ?? null), item, at),
    questions: state.questions.filter(other => other !== question)
  };
}

const isLeave = (kind: OptionKind | null | undefined): boolean =>
  kind === 'run_in_terminal' || (kind ?? '').startsWith('allow');

/** The call that the person had run in a terminal. */
function inTerminal(items: Items, toolCall: string | null, terminal: string | null): Items {
  const tool = toolCall === null ? undefined : find(items, 'tool', toolCall);
  return tool && terminal !== null ? replace(items, tool, { ...tool, terminal }) : items;
}

/** The same id again replaces the prompt in its place. */
function queue(state: ISessionState, event: EventOf<'_prompt_queued'>, { at }: Stamp): Patch {
  const { id, content, when = 'queue' } = event;
  const known = state.queue.some(prompt => prompt.id === id);
  return {
    queue: known
      ? state.queue.map(prompt => (prompt.id === id ? { ...prompt, content, when } : prompt))
      : [...state.queue, { id, at, content, when }]
  };
}

function addUsage(usage: IUsage, event: EventOf<'usage_update'>): IUsage {
  const cost = event.cost_usd ?? null;
  return {
    used: event.used ?? usage.used,
    size: event.size ?? usage.size,
    input: usage.input + (event.input ?? 0),
    output: usage.output + (event.output ?? 0),
    cacheRead: usage.cacheRead + (event.cache_read ?? 0),
    cacheWrite: usage.cacheWrite + (event.cache_write ?? 0),
    costUsd: cost === null ? usage.costUsd : (usage.costUsd ?? 0) + cost
  };
}

// --- transcript ------------------------------------------------------------------------------------

type ItemOf<Type extends Item['type']> = Extract<Item, { type: Type }>;

/** `next`, unless it is the same: then the array that the views know. */
const keep = <T>(items: readonly T[], next: readonly T[]): readonly T[] =>
  items.length === next.length && items.every((item, index) => item === next[index]) ? items : next;

/** From the end: what changes is nearly always the newest. */
function find<Type extends Item['type']>(items: Items, type: Type, id: string): ItemOf<Type> | undefined {
  const wanted = (item: Item | undefined): item is ItemOf<Type> => item?.type === type && item.id === id;
  for (let index = items.length - 1; index >= 0; index--) {
    const item = items[index];
    if (wanted(item)) {
      return item;
    }
  }
  return undefined;
}

function replace(items: Items, old: Item, next: Item): Items {
  const copy = [...items];
  copy[items.lastIndexOf(old)] = next;
  return copy;
}

/** What follows ends the text before it. */
function append(items: Items, item: Item, at: string): Items {
  const last = items.at(-1);
  return last === undefined ? [item] : [...items.slice(0, -1), finish(last, at), item];
}

function finish(item: Item, at: string): Item {
  if (item.type === 'message' && !item.finished) {
    return { ...item, finished: true };
  }
  return item.type === 'thought' && !item.finished ? { ...item, finished: true, finishedAt: at } : item;
}

/** At the end of a turn nothing of it goes on: a call that never reported its end was cut off. */
function settle(items: Items, at: string): Items {
  const ended = items.map(item =>
    item.type === 'tool' && item.endedAt === null
      ? { ...item, status: 'cancelled' as const, endedAt: at }
      : finish(item, at)
  );
  return keep(items, ended);
}

/** A broken attempt's text goes before it is written anew. */
function discard(items: Items, id: string | null): Items {
  return keep(
    items,
    items.filter(item => (item.type !== 'message' && item.type !== 'thought') || item.id !== id)
  );
}

function addMessageChunk(items: Items, id: string, block: Block, at: string): Items {
  const known = find(items, 'message', id);
  const message: IMessageItem = known ?? { type: 'message', id, at, text: '', blocks: [], finished: false };
  const longer =
    block.type === 'text'
      ? { ...message, text: message.text + block.text }
      : { ...message, blocks: [...message.blocks, block] };
  return known ? replace(items, known, longer) : append(items, longer, at);
}

function addThoughtChunk(items: Items, id: string, block: Block, at: string): Items {
  if (block.type !== 'text') {
    return items;
  }
  const known = find(items, 'thought', id);
  const thought: IThoughtItem = known ?? {
    type: 'thought',
    id,
    at,
    text: '',
    finished: false,
    finishedAt: null
  };
  const longer = { ...thought, text: thought.text + block.text };
  return known ? replace(items, known, longer) : append(items, longer, at);
}

function addTool(items: Items, event: ToolCall, at: string): Items {
  const known = find(items, 'tool', event.tool_call_id);
  const tool: IToolItem = {
    type: 'tool',
    id: event.tool_call_id,
    at: known?.at ?? at,
    name: event.name ?? null,
    title: event.title,
    kind: event.tool_kind ?? 'other',
    content: event.content ?? [],
    output: '',
    locations: event.locations ?? [],
    rawInput: event.raw_input ?? null,
    exitCode: null,
    terminal: known?.terminal ?? null,
    ...times(known, event.status ?? 'pending', at)
  };
  return known ? replace(items, known, tool) : append(items, tool, at);
}

function updateTool(items: Items, event: ToolCallUpdate, at: string): Items {
  const tool = find(items, 'tool', event.tool_call_id);
  if (tool === undefined) {
    return items;
  }
  return replace(items, tool, {
    ...tool,
    title: event.title ?? tool.title,
    kind: event.tool_kind ?? tool.kind,
    content: event.content ?? tool.content,
    output: (event.content ? '' : tool.output) + (event.append_output ?? ''),
    locations: event.locations ?? tool.locations,
    rawInput: event.raw_input ?? tool.rawInput,
    exitCode: event.exit_code ?? tool.exitCode,
    ...times(tool, event.status ?? tool.status, at)
  });
}

function times(tool: IToolItem | undefined, status: ToolStatus, at: string) {
  const started = status === 'pending' ? null : at;
  const ended = status === 'pending' || status === 'in_progress' ? null : at;
  return { status, startedAt: tool?.startedAt ?? started, endedAt: ended && (tool?.endedAt ?? ended) };
}

/** Snapshots of files, and going back to before a prompt. */
import type { EventOf } from '../../protocol';
import type { ISessionState, Item } from '../state';
import type { Folds, Patch, Stamp } from './fold';
import { append, find, replace, type Items } from './items';
import { mark, restored } from './marks';

export const rewinds: Folds<'_snapshot' | '_rewound'> = {
  _snapshot: addSnapshot,
  _rewound: rewind
};

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

function indexOfSeq(items: Items, seq: number): number {
  return items.findIndex(item => (item.type === 'prompt' || item.type === 'rewound') && item.seq === seq);
}

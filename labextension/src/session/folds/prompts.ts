/** Prompts: those that were taken up, and those that wait for their turn. */
import type { EventOf } from '../../protocol';
import type { ISessionState } from '../state';
import type { Folds, Patch, Stamp } from './fold';
import { append } from './items';
import { mark } from './marks';

export const prompts: Folds<'user_message' | '_prompt_queued' | '_prompt_removed'> = {
  user_message: (state, { id, content }, { seq, at }) => ({
    items: append(
      state.items,
      { type: 'prompt', id, at, seq, snapshot: state.snapshots[id] ?? null, content },
      at
    ),
    queue: state.queue.filter(prompt => prompt.id !== id),
    marks: { ...state.marks, [seq]: mark(state) }
  }),
  _prompt_queued: queue,
  _prompt_removed: (state, { id }) => ({ queue: state.queue.filter(prompt => prompt.id !== id) })
};

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

/** What a rewind brings back besides the items. */
import type { IMark, ISessionState } from '../state';
import type { Patch } from './fold';

export function mark(state: ISessionState): IMark {
  return { stopReason: state.stopReason, used: state.usage.used };
}

export function restored(state: ISessionState, seq: number): Patch {
  const { stopReason, used } = state.marks[seq] ?? mark(state);
  return { stopReason, usage: { ...state.usage, used } };
}

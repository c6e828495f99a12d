/** The session's worktree and the steps that make it. */
import type { EventOf } from '../../protocol';
import type { ISessionState } from '../state';
import type { Folds, Patch, Stamp } from './fold';

export const worktree: Folds<'_worktree' | '_setup_step'> = {
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
  _setup_step: addStep
};

/** The same step again replaces what it said, in its place. */
function addStep(state: ISessionState, event: EventOf<'_setup_step'>, { at }: Stamp): Patch {
  const { step, status, seconds = null, detail = '' } = event;
  const next = { step, status, at, seconds, detail };
  const known = state.setup.some(other => other.step === step);
  return {
    setup: known ? state.setup.map(other => (other.step === step ? next : other)) : [...state.setup, next]
  };
}

/**
 * The fold: what a session's events mean for what is drawn.
 *
 * Pure. An event that was folded before changes nothing, one of an unknown kind only moves the cursor, and
 * whatever an event does not touch stays the same object, so that views can compare by identity.
 */
import type { Event, IStored } from '../protocol';
import type { Folds, Patch, Stamp } from './folds/fold';
import { prompts } from './folds/prompts';
import { questions } from './folds/questions';
import { rewinds } from './folds/rewinds';
import { session } from './folds/session';
import { texts } from './folds/texts';
import { tools } from './folds/tools';
import { turns } from './folds/turns';
import { worktree } from './folds/worktree';
import type { Activity, ISessionState } from './state';

/** Each kind of event there is: one that has no fold does not compile. */
const FOLDS: Folds<Event['kind']> = {
  ...prompts,
  ...texts,
  ...tools,
  ...turns,
  ...questions,
  ...rewinds,
  ...worktree,
  ...session
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

/** Turns: their beginning, what they use, and how they end or fail. */
import type { EventOf } from '../../protocol';
import type { ISessionState, IUsage } from '../state';
import type { Folds, Patch, Stamp } from './fold';
import { append, discard, keep, settle } from './items';

export const turns: Folds<'state_update' | 'usage_update' | '_retry_scheduled' | '_agent_failed'> = {
  state_update: (state, event, stamp) =>
    event.state === 'idle'
      ? endTurn(state, event.stop_reason ?? null, stamp)
      : { begun: true, turnStartedAt: state.turnStartedAt ?? stamp.at, retry: null },
  usage_update: (state, event) => ({ usage: addUsage(state.usage, event), retry: null }),
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
  })
};

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

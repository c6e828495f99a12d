/** Arbitrary logs: few ids, so that chunks, updates and answers meet what they belong to. */
import fc from 'fast-check';

import type { Event, IStored } from '../../src/protocol';

const id = fc.constantFrom('a', 'b', 'c');
const text = fc.string({ maxLength: 8 });
const block = text.map(text => ({ type: 'text' as const, text }));
const content = fc.array(block, { maxLength: 2 });
const status = fc.constantFrom('pending', 'in_progress', 'completed', 'failed', 'cancelled');
const options = fc.constant([
  { id: 'once', kind: 'allow_once' as const, label: 'Allow once' },
  { id: 'no', kind: 'reject_once' as const, label: 'Deny' }
]);

function event<Kind extends Event['kind']>(
  kind: Kind,
  fields: { [Field in keyof Omit<Extract<Event, { kind: Kind }>, 'kind'>]?: fc.Arbitrary<unknown> }
): fc.Arbitrary<Event> {
  return fc.record({ kind: fc.constant(kind), ...fields }) as unknown as fc.Arbitrary<Event>;
}

const anyEvent = fc.oneof(
  event('user_message', { id, content }),
  event('agent_message_chunk', { message_id: id, content: block }),
  event('agent_thought_chunk', { message_id: id, content: block }),
  event('tool_call', { tool_call_id: id, title: text, status }),
  event('tool_call_update', { tool_call_id: id, status, append_output: text }),
  event('plan', { entries: fc.constant([{ content: 'look' }]) }),
  event('current_mode_update', { current_mode_id: fc.constantFrom('ask', 'plan') }),
  event('session_info_update', { title: text, archived: fc.boolean() }),
  event('usage_update', { input: fc.nat(100), output: fc.nat(100), cost_usd: fc.option(fc.constant(0.5)) }),
  event('state_update', { state: fc.constantFrom('running', 'requires_action') }),
  event('state_update', {
    state: fc.constant('idle'),
    stop_reason: fc.constantFrom('end_turn', 'cancelled', 'interrupted', 'failed', 'max_tokens')
  }),
  event('_question_asked', { id, title: text, options }),
  event('_question_answered', { id, option: fc.constantFrom('once', 'no', null) }),
  event('_prompt_queued', { id, content }),
  event('_prompt_removed', { id }),
  event('_directory_changed', { directory: fc.constantFrom('/a', '/b') }),
  event('_agent_failed', { reason: fc.constant('timeout'), message: text }),
  event('_retry_scheduled', {
    attempt: fc.nat(3),
    attempts: fc.constant(3),
    delay: fc.constant(1),
    reason: fc.constant('overloaded'),
    message: text,
    discard_message_id: fc.option(id)
  }),
  event('_notice', { text }),
  event('_seen', { upto: fc.nat(40) }),
  fc.constant({ kind: '_of_a_later_version', anything: 1 } as unknown as Event)
);

/** Events with their numbers: growing, from 1, as the log stores them. */
export const log: fc.Arbitrary<IStored[]> = fc
  .array(anyEvent, { maxLength: 40 })
  .map(events => stored(...events));

export function stored(...events: readonly Event[]): IStored[] {
  return events.map((event, index) => ({ seq: index + 1, at: moment(index + 1), event }));
}

/** The time of event `seq`: a second each. */
export const moment = (seq: number) => new Date(Date.UTC(2026, 10, 24, 10, 0, seq)).toISOString();

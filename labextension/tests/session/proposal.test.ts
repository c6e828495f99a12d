import { expect, test } from 'vitest';

import type { Event } from '../../src/protocol';
import { fenced, followProposal, type IProposal } from '../../src/session/proposal';
import { reduce } from '../../src/session/reduce';
import { EMPTY } from '../../src/session/state';
import { stored } from './events';

const SENT: IProposal = { prompt: 'p', over: '', stage: 'sent', seq: 0, message: '' };
const ANSWER = 'Here it is:\n\n```text\nRefund in cents\n\nA body.\n```\n';

const prompt = (id: string): Event => ({ kind: 'user_message', id, content: [] });
const queued = (id: string): Event => ({ kind: '_prompt_queued', id, content: [] });
const says = (text: string, id = text): Event => ({
  kind: 'agent_message_chunk',
  message_id: id,
  content: { type: 'text', text }
});
const runs: Event = { kind: 'state_update', state: 'running' };
const ends = (stop_reason: string): Event =>
  ({ kind: 'state_update', state: 'idle', stop_reason }) as unknown as Event;

/** As a page that hears of one event after the other. */
function follow(...events: readonly Event[]) {
  const states = stored(...events).reduce<(typeof EMPTY)[]>(
    (all, one) => [...all, reduce(all.at(-1) ?? EMPTY, one)],
    []
  );
  return states.reduce<ReturnType<typeof followProposal>>(
    (proposal, state) => (typeof proposal === 'string' ? proposal : followProposal(proposal, state)),
    SENT
  );
}

/** As a page that hears of all at once. */
const look = (proposal: IProposal, ...events: readonly Event[]) =>
  followProposal(proposal, stored(...events).reduce(reduce, EMPTY));

test('it waits for the turn that runs, is written, and is offered when its own turn ends', () => {
  const before = [prompt('other'), runs, queued('p'), says('```\nof the other turn\n```')];
  expect(follow(...before)).toMatchObject({ stage: 'queued' });
  const during = [...before, ends('end_turn'), prompt('p'), runs, says(ANSWER)];
  expect(follow(...during)).toMatchObject({ stage: 'writing', message: '' });
  const offered = { stage: 'offered', message: 'Refund in cents\n\nA body.' };
  expect(follow(...during, ends('end_turn'))).toMatchObject(offered);
  const later = [...during, ends('end_turn'), prompt('next'), runs, says('```\nof the next turn\n```')];
  expect(look(SENT, ...later)).toMatchObject(offered);
});

test.each(['failed', 'cancelled', 'interrupted', 'max_tokens'])(
  'a turn that ended as %s proposes nothing',
  reason => {
    const why: Event[] =
      reason === 'failed' ? [{ kind: '_agent_failed', reason: 'timeout', message: 'Too slow.' }] : [];
    expect(follow(prompt('p'), runs, says(ANSWER), ...why, ends(reason))).toBe('over');
  }
);

test('an answer without a fenced block holds no message', () => {
  expect(follow(prompt('p'), runs, says('Refund in cents'), ends('end_turn'))).toBe('none');
});

test('a prompt that was taken out of the queue, or rewound, brings nothing any more', () => {
  expect(follow(prompt('other'), runs, queued('p'), { kind: '_prompt_removed', id: 'p' })).toBe('over');
  expect(follow(prompt('p'), runs, { kind: '_rewound', to: 1, what: 'both' } as unknown as Event)).toBe(
    'over'
  );
});

test('a page that begins anew waits until it has heard all that was known', () => {
  const kept: IProposal = { ...SENT, stage: 'queued', seq: 3 };
  expect(look(kept)).toBe(kept);
  expect(look(kept, prompt('other'), runs)).toBe(kept);
  expect(look(kept, prompt('other'), runs, queued('p'))).toBe(kept);
});

test.each([
  ['~~~\na\n~~~', 'a'],
  ['```\nfirst\n```\n\n```\nsecond\n```', 'second'],
  ['````md\nhas ```` inside\n```\nx\n```\n````', 'has ```` inside\n```\nx\n```'],
  ['```\nnever closed', ''],
  ['```\n```', ''],
  ['no `code` at all', '']
])('of %j the fenced text is %j', (text, wanted) => {
  expect(fenced(text)).toBe(wanted);
});

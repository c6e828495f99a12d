import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import type { Event, IStored, QuestionOption } from '../../src/protocol';
import { reduce } from '../../src/session/reduce';
import { EMPTY, type ISessionState } from '../../src/session/state';
import { log, moment, stored } from './events';

const fold = (events: readonly IStored[], from: ISessionState = EMPTY) => events.reduce(reduce, from);
const after = (...events: Event[]) => fold(stored(...events));

const text = (text: string) => ({ type: 'text' as const, text });
const prompt: Event = { kind: 'user_message', id: 'p', content: [text('Hello')] };
const running: Event = { kind: 'state_update', state: 'running' };
const idle = (stop_reason: 'end_turn' | 'cancelled' | 'interrupted' | 'failed' = 'end_turn'): Event => ({
  kind: 'state_update',
  state: 'idle',
  stop_reason
});
const chunk = (message_id: string, words: string): Event => ({
  kind: 'agent_message_chunk',
  message_id,
  content: text(words)
});
const thought = (message_id: string, words: string): Event => ({
  kind: 'agent_thought_chunk',
  message_id,
  content: text(words)
});
const call = (tool_call_id: string): Event => ({ kind: 'tool_call', tool_call_id, title: 'Run tests' });
const once: QuestionOption = { id: 'once', kind: 'allow_once', label: 'Allow once' };
const asked: Event = { kind: '_question_asked', id: 'q', title: 'Run it?', options: [once] };

describe('any log', () => {
  test('folds the same in two parts as in one', () => {
    fc.assert(
      fc.property(log, fc.nat(40), (events, cut) => {
        expect(fold(events.slice(cut), fold(events.slice(0, cut)))).toEqual(fold(events));
      })
    );
  });

  test('changes nothing when it is delivered again', () => {
    fc.assert(
      fc.property(log, fc.nat(40), (events, from) => {
        const state = fold(events);
        expect(fold(events.slice(from), state)).toBe(state);
      })
    );
  });

  test('keeps the items it does not touch', () => {
    fc.assert(
      fc.property(log, events => {
        let before = EMPTY;
        for (const event of events) {
          const next = reduce(before, event);
          const known = new Set(next.items);
          const changed = before.items.filter(item => !known.has(item));
          const ends = event.event.kind === 'state_update' && event.event.state === 'idle';
          // One is patched, or text before the new item is finished; only the end of a turn settles more.
          expect(ends || event.event.kind === '_retry_scheduled' || changed.length <= 1).toBe(true);
          before = next;
        }
      })
    );
  });

  test('leaves nothing open when its turn has ended', () => {
    fc.assert(
      fc.property(log, events => {
        const last = { seq: events.length + 1, at: moment(events.length + 1), event: idle() };
        const { items, questions, retry, turnStartedAt } = fold([...events, last]);
        expect(items.some(item => 'finished' in item && !item.finished)).toBe(false);
        expect(items.some(item => item.type === 'tool' && item.endedAt === null)).toBe(false);
        expect([questions, retry, turnStartedAt]).toEqual([[], null, null]);
      })
    );
  });
});

test('an unknown kind moves the cursor and nothing else', () => {
  const state = after(prompt, running, chunk('m', 'Hi'));
  const unknown = { kind: 'constructor' } as unknown as Event;
  const next = reduce(state, { seq: 9, at: moment(9), event: unknown });
  expect(next).toEqual({ ...state, lastSeq: 9, lastAt: moment(9) });
  expect(next.items).toBe(state.items);
});

describe('text', () => {
  test('of one message joins, and what follows finishes it', () => {
    const { items } = after(chunk('m', 'Hel'), chunk('m', 'lo'), call('t'));
    expect(items[0]).toMatchObject({ type: 'message', text: 'Hello', finished: true });
  });

  test('of two messages stays apart', () => {
    const { items } = after(chunk('m', 'One'), chunk('n', 'Two'));
    expect(items).toMatchObject([
      { text: 'One', finished: true },
      { text: 'Two', finished: false }
    ]);
  });

  test('and thinking of one id are two items', () => {
    const { items } = after(thought('m', 'Hm'), chunk('m', 'Yes'));
    expect(items).toMatchObject([
      { type: 'thought', text: 'Hm', finishedAt: moment(2) },
      { type: 'message', text: 'Yes' }
    ]);
  });

  test('of a broken attempt goes with the retry, which ends with the next sign of life', () => {
    const retry: Event = {
      kind: '_retry_scheduled',
      attempt: 1,
      attempts: 5,
      delay: 2,
      reason: 'overloaded',
      message: 'Overloaded',
      discard_message_id: 'm'
    };
    const waiting = after(prompt, running, chunk('m', 'Hal'), retry);
    expect(waiting.items).toMatchObject([{ type: 'prompt' }]);
    expect(waiting.retry).toMatchObject({ attempt: 1, attempts: 5, delay: 2, at: moment(4) });
    expect(after(prompt, running, chunk('m', 'Hal'), retry, chunk('n', 'Hello')).retry).toBeNull();
  });

  test('beside images keeps them in order', () => {
    const image = { type: 'image' as const, mime_type: 'image/png', blob: 'abc' };
    const { items } = after(
      { kind: 'agent_message_chunk', message_id: 'm', content: image },
      chunk('m', 'See')
    );
    expect(items).toMatchObject([{ text: 'See', blocks: [image] }]);
  });
});

describe('a tool call', () => {
  test('is patched field by field', () => {
    const { items } = after(
      call('t'),
      { kind: 'tool_call_update', tool_call_id: 't', status: 'in_progress' },
      { kind: 'tool_call_update', tool_call_id: 't', append_output: '1 ' },
      { kind: 'tool_call_update', tool_call_id: 't', append_output: '2' },
      { kind: 'tool_call_update', tool_call_id: 't', status: 'failed', exit_code: 1 }
    );
    expect(items).toMatchObject([
      {
        title: 'Run tests',
        output: '1 2',
        status: 'failed',
        exitCode: 1,
        startedAt: moment(2),
        endedAt: moment(5)
      }
    ]);
  });

  test('shows its content instead of the live output once it has some', () => {
    const whole = { type: 'output' as const, text: 'all' };
    const { items } = after(
      call('t'),
      { kind: 'tool_call_update', tool_call_id: 't', append_output: 'part' },
      { kind: 'tool_call_update', tool_call_id: 't', content: [whole], status: 'completed' }
    );
    expect(items).toMatchObject([{ output: '', content: [whole] }]);
  });

  test('that is patched without having been announced is left out', () => {
    expect(after({ kind: 'tool_call_update', tool_call_id: 't', status: 'failed' }).items).toEqual([]);
  });

  test('that never ended is cut off with its turn', () => {
    const { items } = after(prompt, running, call('t'), idle('interrupted'));
    expect(items).toMatchObject([
      { type: 'prompt' },
      { type: 'tool', status: 'cancelled', endedAt: moment(4) },
      { type: 'stop', reason: 'interrupted' }
    ]);
  });
});

describe('the state of a session', () => {
  test.each<[string, Event[]]>([
    ['starting', []],
    ['starting', [{ kind: 'session_info_update', title: 'New' }]],
    ['idle', [{ kind: 'state_update', state: 'idle' }]],
    ['running', [prompt, running]],
    ['waiting', [prompt, running, asked, { kind: 'state_update', state: 'requires_action' }]],
    ['running', [prompt, running, asked, { kind: '_question_answered', id: 'q', option: 'once' }]],
    ['finished', [prompt, running, idle()]],
    ['finished', [prompt, running, { kind: '_seen', upto: 2 }, idle()]],
    ['idle', [prompt, running, idle(), { kind: '_seen', upto: 3 }]],
    ['idle', [prompt, running, idle('cancelled')]],
    ['failed', [prompt, running, idle('failed')]],
    ['interrupted', [prompt, running, idle('interrupted')]],
    ['archived', [prompt, running, idle(), { kind: 'session_info_update', archived: true }]],
    [
      'finished',
      [
        prompt,
        running,
        idle(),
        { kind: 'session_info_update', archived: true },
        { kind: 'session_info_update', archived: false }
      ]
    ]
  ])('is %s', (activity, events) => {
    expect(after(...events).activity).toBe(activity);
  });

  test('knows when the turn began, through questions and answers', () => {
    expect(
      after(prompt, running, asked, { kind: 'state_update', state: 'requires_action' }).turnStartedAt
    ).toBe(moment(2));
  });
});

describe('a question', () => {
  test('becomes a line that tells the answer', () => {
    const answered: Event = {
      kind: '_question_answered',
      id: 'q',
      option: 'once',
      option_kind: 'allow_once',
      rules: ['Run(make)']
    };
    const { items, questions } = after(prompt, running, asked, answered);
    expect(questions).toEqual([]);
    expect(items[1]).toMatchObject({ label: 'Allow once', allowed: true, rules: ['Run(make)'] });
  });

  test('that was closed with its turn allowed nothing', () => {
    const { items } = after(prompt, running, asked, { kind: '_question_answered', id: 'q' });
    expect(items[1]).toMatchObject({ label: null, allowed: false });
  });

  test('that is answered twice has one answer', () => {
    const answered: Event = { kind: '_question_answered', id: 'q', option: 'once' };
    expect(after(asked, answered, answered).items).toHaveLength(1);
  });
});

describe('the queue', () => {
  const queued = (words: string, when: 'queue' | 'now' = 'queue'): Event => ({
    kind: '_prompt_queued',
    id: 'p',
    content: [text(words)],
    when
  });

  test('keeps an edited prompt in its place', () => {
    const other: Event = { kind: '_prompt_queued', id: 'o', content: [text('other')] };
    expect(after(queued('first'), other, queued('second', 'now')).queue).toMatchObject([
      { id: 'p', content: [text('second')], when: 'now', at: moment(1) },
      { id: 'o' }
    ]);
  });

  test('loses a prompt when it is read or taken back', () => {
    expect(after(queued('first'), prompt).queue).toEqual([]);
    expect(after(queued('first'), { kind: '_prompt_removed', id: 'p' }).queue).toEqual([]);
  });
});

test('usage adds up, and the window is the last one told', () => {
  const { usage } = after(
    { kind: 'usage_update', used: 10, size: 200, input: 7, output: 3 },
    { kind: 'usage_update', used: 20, input: 9, cost_usd: 0.25 },
    { kind: 'usage_update', output: 1, cost_usd: 0.5 }
  );
  expect(usage).toEqual({
    used: 20,
    size: 200,
    input: 16,
    output: 4,
    cacheRead: 0,
    cacheWrite: 0,
    costUsd: 0.75
  });
});

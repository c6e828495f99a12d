/** The golden logs mean the same here as on the server. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

import type { IStored } from '../../src/protocol';
import { reduce } from '../../src/session/reduce';
import { EMPTY, type ISessionState } from '../../src/session/state';

const FOLDER = join(import.meta.dirname, '../../../tests/recordings');
const names = readdirSync(FOLDER)
  .filter(name => name.endsWith('.jsonl'))
  .map(name => name.slice(0, -'.jsonl'.length));

const read = (name: string) => readFileSync(join(FOLDER, name), 'utf8');

/** Without the header. */
function eventsOf(name: string): IStored[] {
  const [, ...lines] = read(`${name}.jsonl`).trim().split('\n');
  return lines.map(line => JSON.parse(line) as IStored);
}

const option = ({ options }: ISessionState, category: string) =>
  options.find(option => option.category === category)?.current_value ?? null;

/** What both folds tell, in the words of `*.state.json`. */
function told(state: ISessionState) {
  const { usage } = state;
  return {
    last_seq: state.lastSeq,
    last_event_at: state.lastAt,
    name: state.name,
    archived: state.archived,
    directory: state.directory,
    mode: state.mode,
    model: option(state, 'model'),
    effort: option(state, 'thought_level'),
    state: state.activity,
    stop_reason: state.stopReason,
    seen_upto: state.seenUpto,
    questions: state.questions.map(({ id }) => id),
    queue: state.queue.map(({ id }) => id),
    usage: {
      context_used: usage.used,
      context_size: usage.size,
      input: usage.input,
      output: usage.output,
      cache_read: usage.cacheRead,
      cache_write: usage.cacheWrite,
      cost_usd: usage.costUsd
    }
  };
}

test('there are recordings', () => {
  expect(names).not.toHaveLength(0);
});

describe.each(names)('%s', name => {
  test('means what the server says', () => {
    const { summary, ...expected } = JSON.parse(read(`${name}.state.json`)) as Record<string, unknown>;
    expect(summary).toBeTypeOf('string');
    expect(told(eventsOf(name).reduce(reduce, EMPTY))).toEqual(expected);
  });

  test('has an item for each prompt that was read, unless a rewind has hidden it', () => {
    const events = eventsOf(name);
    const { items } = events.reduce(reduce, EMPTY);
    const prompts = events.filter(({ event }) => event.kind === 'user_message').map(({ seq }) => seq);
    const hidden = name === 'rewound' ? prompts.filter((_, index) => ![0, 4].includes(index)) : [];
    const shown = items.flatMap(item => (item.type === 'prompt' ? [item.seq] : []));
    expect(shown).toEqual(prompts.filter(seq => !hidden.includes(seq)));
  });
});

import { Text } from '@codemirror/state';
import { Chunk } from '@codemirror/merge';
import fc from 'fast-check';
import { expect, test } from 'vitest';

import type { IHunk } from '../../../src/session/changes';
import { comparison } from '../../../src/views/changes/exact';

type Op = readonly [kind: ' ' | '+' | '-', text: string];

/** One hunk without bounds on its context: what git would say with `-U999`. */
function hunkOf(ops: readonly Op[]): IHunk {
  const count = (kind: string) => ops.filter(([one]) => one !== kind).length;
  const [old, now] = [count('+'), count('-')];
  return {
    id: 'h',
    header: '@@ @@',
    old_start: old === 0 ? 0 : 1,
    old_lines: old,
    new_start: now === 0 ? 0 : 1,
    new_lines: now,
    lines: ops.map(([kind, text]) => ({ kind, text })),
    staged: false
  };
}

const side = (ops: readonly Op[], without: '+' | '-') =>
  ops
    .filter(([kind]) => kind !== without)
    .map(([, text]) => `${text}\n`)
    .join('');

const op = fc.tuple(fc.constantFrom<' ' | '+' | '-'>(' ', '+', '-'), fc.constantFrom('a', 'b', 'c d', ''));

/** Lines that a comparison says changed, on both sides. */
function changed(a: string, b: string, ops: readonly Op[]) {
  const chunks = Chunk.build(Text.of(a.split('\n')), Text.of(b.split('\n')), {
    override: comparison([hunkOf(ops)])
  });
  const text = Text.of(b.split('\n'));
  return chunks.flatMap(({ fromB, endB }) =>
    fromB > endB ? [] : [[text.lineAt(fromB).number, text.lineAt(Math.max(fromB, endB)).number]]
  );
}

test('changes put into the old text make the new one, whatever the hunks', () => {
  fc.assert(
    fc.property(fc.array(op, { maxLength: 30 }), ops => {
      const [a, b] = [side(ops, '+'), side(ops, '-')];
      let [made, at] = ['', 0];
      for (const { fromA, toA, fromB, toB } of comparison([hunkOf(ops)])(a, b)) {
        made += a.slice(at, fromA) + b.slice(fromB, toB);
        at = toA;
      }
      expect(made + a.slice(at)).toBe(b);
    })
  );
});

test('an added line that is like its neighbours is where git says it is', () => {
  const ops: Op[] = [
    [' ', 'x'],
    ['+', 'x'],
    [' ', 'x']
  ];
  expect(changed('x\nx\n', 'x\nx\nx\n', ops)).toEqual([[2, 2]]);
});

test('hunks of another moment are not believed', () => {
  const changes = comparison([hunkOf([['+', 'zzz']])])('one\n', 'one\ntwo\n');
  expect(changes.map(({ fromB, toB }) => 'one\ntwo\n'.slice(fromB, toB))).toEqual(['two\n']);
});

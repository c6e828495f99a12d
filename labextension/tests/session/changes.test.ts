import { expect, test } from 'vitest';

import { fillFile, fillList, keepSame, placeOf, type IHunk } from '../../src/session/changes';
import { quoteLines, reviewPrompt, type IComment } from '../../src/session/comments';

const hunk = (id: string, old: number, now: number, lines: string[], staged = false): IHunk => {
  let [oldAt, newAt] = [old, now];
  const all = lines.map(line => {
    const kind = line[0] as ' ' | '+' | '-';
    const numbers = { ...(kind === '+' ? {} : { old: oldAt++ }), ...(kind === '-' ? {} : { new: newAt++ }) };
    return { kind, text: line.slice(1), ...numbers };
  });
  return {
    id,
    header: `@@ -${old} +${now} @@`,
    old_start: old,
    old_lines: oldAt - old,
    new_start: now,
    new_lines: newAt - now,
    lines: all,
    staged
  };
};

test('what the wire leaves out is filled in', () => {
  expect(fillFile({ path: 'a', status: 'modified' })).toEqual({
    path: 'a',
    status: 'modified',
    old_path: null,
    kind: 'file',
    added: 0,
    removed: 0,
    binary: false,
    mode_change: null,
    staged: 'none',
    too_large: false,
    hunks: []
  });
});

test('a file that stayed the same stays the same object', () => {
  const list = (added: number) =>
    fillList({
      scope: 'uncommitted',
      top: '/shop',
      files: [
        { path: 'a', status: 'modified', added: 1 },
        { path: 'b', status: 'added', added }
      ]
    });
  const before = list(1);
  const after = keepSame(before, list(2));
  expect(after.files[0]).toBe(before.files[0]);
  expect(after.files[1]).not.toBe(before.files[1]);
  expect(after.files[1]?.added).toBe(2);
});

test('a staged hunk stands where what is not staged above has moved it', () => {
  const above = hunk('a', 1, 1, [' x', '+y', '+z']);
  const staged = hunk('b', 40, 40, [' p', '+q'], true);
  const below = hunk('c', 90, 92, ['-r']);
  expect(placeOf(staged, [above, staged, below])).toEqual({ start: 42, lines: 2 });
  expect(placeOf(above, [above, staged])).toEqual({ start: 1, lines: 3 });
});

test('a quote holds what went on the other side, too', () => {
  const hunks = [hunk('a', 1, 1, [' x', '-old', '+new', '+more', ' y'])];
  expect(quoteLines(hunks, 'new', 2, 2)).toBe('-old\n+new');
  expect(quoteLines(hunks, 'new', 2, 3)).toBe('-old\n+new\n+more');
  expect(quoteLines(hunks, 'old', 2, 2)).toBe('-old\n+new\n+more');
  expect(quoteLines(hunks, 'new', 4, 4)).toBe(' y');
  expect(quoteLines(hunks, 'new', 80, 81)).toBe('');
});

test('comments become one prompt, and no quote ends its own fence', () => {
  const comments: IComment[] = [
    {
      id: '1',
      path: 'a.md',
      place: { type: 'lines', side: 'new', from: 3, to: 4 },
      quote: '+```\n+code',
      text: 'Say why.'
    },
    { id: '2', path: 'b.ipynb', place: { type: 'cell', cell: 2 }, quote: '', text: 'Plot it.' }
  ];
  const words = {
    opening: 'See to these:',
    where: (place: IComment['place']) => (place.type === 'cell' ? `cell ${place.cell}` : 'lines 3–4')
  };
  expect(reviewPrompt(comments, words)).toBe(
    [
      'See to these:',
      '1. `a.md`, lines 3–4',
      '````diff\n+```\n+code\n````',
      'Say why.',
      '2. `b.ipynb`, cell 2',
      'Plot it.'
    ].join('\n\n')
  );
});

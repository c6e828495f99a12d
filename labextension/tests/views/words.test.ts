import { nullTranslator } from '@jupyterlab/translation';
import { expect, test } from 'vitest';

import { entriesOf } from '../../src/views/entries';
import { tokenAt, matchCommands } from '../../src/views/completion';
import { cost, duration, tokens, within } from '../../src/views/format';
import { fieldOf } from '../../src/views/formError';
import { runWords, toolWords } from '../../src/views/toolWords';
import { visible } from '../../src/views/visible';
import { message, thought, tool } from './items';

const trans = nullTranslator.load('parsess_lab');

test('a call is told in the tense of its status', () => {
  const words = (status: 'pending' | 'in_progress' | 'completed') =>
    toolWords(trans, tool('1', 'execute', 'Run pytest -q', { status }));
  expect(words('pending')).toEqual({ verb: 'Run', object: 'pytest -q' });
  expect(words('in_progress')).toEqual({ verb: 'Running', object: 'pytest -q' });
  expect(words('completed')).toEqual({ verb: 'Ran', object: 'pytest -q' });
});

test('a title without a verb is the object', () => {
  expect(toolWords(trans, tool('1', 'execute', '`ls -la`'))).toEqual({ verb: 'Ran', object: 'ls -la' });
  expect(toolWords(trans, tool('1', 'other', 'Ask the oracle'))).toEqual({
    verb: '',
    object: 'Ask the oracle'
  });
});

test('similar calls fold into one line', () => {
  const reads = [tool('1', 'read', 'Read a'), tool('2', 'read', 'Read b'), tool('3', 'execute', 'Run x')];
  const entries = entriesOf([...reads, message('m', 'text'), tool('4', 'read', 'Read c')], 'normal');
  expect(entries.map(({ items }) => items.length)).toEqual([2, 1, 1, 1]);
  expect(runWords(trans, reads)).toBe('Read 2 files, ran 1 command');
});

test('a key stays while its run grows', () => {
  const [one, two] = [tool('1', 'read', 'Read a'), tool('2', 'read', 'Read b')];
  expect(entriesOf([one], 'normal')[0]?.key).toBe(entriesOf([one, two], 'normal')[0]?.key);
});

test('densities: a summary leaves out thoughts and joins all calls, everything joins none', () => {
  const items = [
    thought('t', 'hm'),
    tool('1', 'read', 'Read a'),
    thought('u', 'hm'),
    tool('2', 'execute', 'Run b')
  ];
  expect(entriesOf(items, 'summary').map(({ items }) => items.length)).toEqual([2]);
  expect(entriesOf(items, 'verbose')).toHaveLength(4);
});

test.each([
  ['/co', 3, { kind: 'command', start: 0, query: 'co' }],
  ['see /co', 7, null],
  ['see @src/a', 10, { kind: 'file', start: 4, query: 'src/a' }],
  ['mail a@b', 8, null],
  ['@a b', 4, null]
])('completion of %s', (text, caret, token) => {
  expect(tokenAt(text, caret)).toEqual(token);
});

test('commands that begin with the query come first', () => {
  const commands = ['recompact', 'compact', 'clear'].map(name => ({ name, description: '' }));
  expect(matchCommands(commands, 'comp').map(({ label }) => label)).toEqual(['/compact', '/recompact']);
});

test('what does not show is shown', () => {
  expect(visible('rm -rf \u202e/\u200b\u00a0x\u001b[2K')).toBe(
    'rm -rf ⟨U+202E⟩/⟨U+200B⟩⟨U+00A0⟩x⟨U+001B⟩[2K'
  );
  expect(visible('a\n\tb ü 日本 🙂')).toBe('a\n\tb ü 日本 🙂');
});

test('numbers', () => {
  expect([0, 950, 9_900, 72_000, 7_500_000].map(ms => duration(trans, ms))).toEqual([
    '0.0 s',
    '0.9 s',
    '9.9 s',
    '1 min 12 s',
    '2 h 5 min'
  ]);
  expect([12, 12_400, 999_600].map(tokens)).toEqual(['12', '12k', '1.0M']);
  expect([0, 0.004, 0.42].map(cost)).toEqual(['$0.00', '$0.0040', '$0.42']);
  expect(within('/a/b', '/a/b/c.py')).toBe('c.py');
  expect(within('/a/b', '/a/bc.py')).toBe('/a/bc.py');
});

test('an error is shown beside the field it concerns', () => {
  expect(fieldOf({ code: 'unknown_model' })).toBe('model');
  expect(fieldOf({ code: 'forbidden' })).toBe('directory');
  expect(fieldOf({ code: 'outside_allowed_roots' })).toBe('directory');
  expect(fieldOf({ field: 'effort', code: 'invalid_request' })).toBe('effort');
  expect(fieldOf(new Error('no network'))).toBe('form');
});

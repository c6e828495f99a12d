import { expect, test } from 'vitest';

import { splitBlocks } from '../../src/views/blocks';

const TEXT = [
  'A paragraph\nof two lines.\n\n',
  '- one\n\n- two\n\n  belongs to two\n\n',
  'Code:\n\n',
  '```python\nx = 1\n\n\ny = "$$"\n```\n\n',
  '~~~~\n~~~\n\n~~~~\n\n',
  '$$\na\n\nb\n$$\n\n',
  '<details>\n\nhidden\n\n</details>\n\n',
  'The end'
].join('');

test('blocks joined are the text', () => {
  for (let end = 0; end <= TEXT.length; end++) {
    expect(splitBlocks(TEXT.slice(0, end)).join('')).toBe(TEXT.slice(0, end));
  }
});

test('whatever is appended changes the last block only', () => {
  let before: string[] = [];
  for (let end = 1; end <= TEXT.length; end++) {
    const now = splitBlocks(TEXT.slice(0, end));
    expect(now.slice(0, before.length - 1)).toEqual(before.slice(0, -1));
    before = now;
  }
  expect(before.length).toBeGreaterThan(5);
});

test('lists, fences and formulas stay in one piece', () => {
  const blocks = splitBlocks(TEXT);
  expect(blocks).toContain('- one\n\n- two\n\n  belongs to two\n\n');
  expect(blocks).toContain('```python\nx = 1\n\n\ny = "$$"\n```\n\n');
  expect(blocks).toContain('~~~~\n~~~\n\n~~~~\n\n');
  expect(blocks).toContain('$$\na\n\nb\n$$\n\n');
});

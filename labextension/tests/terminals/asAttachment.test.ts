import { describe, expect, it } from 'vitest';

import { commandBlock, programOf, selectionBlock } from '../../src/terminals/asAttachment';
import type { ICommandRecord } from '../../src/terminals/records';

const record = (more: Partial<ICommandRecord> = {}): ICommandRecord => ({
  id: 1,
  command: 'pytest -q',
  directory: '/shop',
  exit_code: 1,
  started: '2026-11-24T10:00:00Z',
  ended: '2026-11-24T10:00:01Z',
  output_bytes: 10,
  truncated: false,
  output: '1 failed\n',
  masked: 0,
  for_agent: false,
  ...more
});

describe('programOf', () => {
  it.each([
    ['pytest -q', 'pytest'],
    ['PYTHONPATH=. ../.venv/bin/pytest -q tests', 'pytest'],
    ['cd shop && sudo make install', 'make'],
    ["echo 'a; b'", 'echo'],
    ['npm test;', 'npm'],
    ['for i in 1 2; do false; done', 'for i in 1 2; do false; …'],
    ['', '?']
  ])('names what %j ran', (command, program) => {
    expect(programOf(command)).toBe(program);
  });
});

describe('commandBlock', () => {
  it('says what ran, where, how it ended and what it printed', () => {
    expect(commandBlock(record())).toEqual({
      type: 'resource',
      name: 'pytest output · exit 1',
      mime_type: 'text/plain',
      text: '$ pytest -q\n[in /shop]\n[exit code 1]\n\n1 failed\n'
    });
  });

  it('says that secrets were masked, that it still runs, that nothing was printed', () => {
    const block = commandBlock(record({ masked: 2, ended: null, exit_code: null, output: '' }));
    expect(block.name).toBe('pytest output · 2 secrets masked');
    expect(block.text).toBe('$ pytest -q\n[in /shop]\n[still running]\n[2 secrets masked]\n\n[no output]\n');
  });
});

describe('selectionBlock', () => {
  it('keeps the lines and tells of masks', () => {
    expect(selectionBlock({ text: 'a\nb  \n\n', masked: 1 }).text).toBe('[1 secret masked]\n\na\nb\n');
  });
});

import { describe, expect, it } from 'vitest';

import {
  commandBlock,
  cutMiddle,
  programOf,
  ranByPerson,
  selectionBlock
} from '../../src/terminals/asAttachment';
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
    expect(block.name).toBe('pytest output');
    expect(block.text).toBe('$ pytest -q\n[in /shop]\n[still running]\n[2 secrets masked]\n\n[no output]\n');
  });
});

describe('selectionBlock', () => {
  it('keeps the lines and tells of masks', () => {
    expect(selectionBlock({ text: 'a\nb  \n\n', masked: 1 }).text).toBe('[1 secret masked]\n\na\nb\n');
  });
});

describe('ranByPerson', () => {
  it('reads as a result and fits', () => {
    const text = ranByPerson(record({ output: 'x'.repeat(20_000) }), 9000);
    expect(text).toMatch(/^The person ran it in their terminal.*pytest -q\nexit code 1, in \/shop/);
    expect(text.length).toBeLessThanOrEqual(9000);
    expect(text).toContain('characters left out');
  });
});

describe('cutMiddle', () => {
  it('keeps beginning and end, and counts what is missing', () => {
    const text = `begin${'-'.repeat(1000)}end`;
    const cut = cutMiddle(text, 200);
    expect(cut).toMatch(/^begin-+\n\[… \d+ characters left out …\]\n-+end$/);
    const [left] = /\d+/.exec(cut) ?? [];
    expect(cut.replace(/\n.*\n/, '').length + Number(left)).toBe(text.length);
    expect(cutMiddle('short', 200)).toBe('short');
  });
});

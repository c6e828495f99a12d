import { describe, expect, it } from 'vitest';

import { keysFor, PasteMode } from '../../src/terminals/typed';

const pasted = (text: string) => `\x1b[200~${text}\x1b[201~`;

describe('keysFor', () => {
  it('never runs a line', () => {
    expect(keysFor('ls -l\n', false)).toBe('ls -l');
    expect(keysFor('ls -l\r\n\r\n', false)).toBe('ls -l');
    expect(keysFor('ls -l\r', true)).toBe(pasted('ls -l'));
  });

  it('gives several lines only to a shell that takes them as text', () => {
    expect(keysFor('for x in 1 2; do\n\techo $x\ndone\n', true)).toBe(
      pasted('for x in 1 2; do\r\techo $x\rdone')
    );
    expect(keysFor('echo a\necho b', false)).toBeNull();
    expect(keysFor('echo a\recho b', false)).toBeNull();
  });

  it('lets no key or sequence through that is not text', () => {
    expect(keysFor('a\x03\x04\x1b[201~\x7f\x9b201~b', true)).toBe(pasted('a[201~201~b'));
    expect(keysFor('a\x0fb\tc', false)).toBe('ab c');
    expect(keysFor('größe € 𝄞', false)).toBe('größe € 𝄞');
  });
});

describe('PasteMode', () => {
  const after = (...outputs: string[]) => {
    const mode = new PasteMode();
    outputs.forEach(output => {
      mode.follow(output);
    });
    return mode.bracketed;
  };

  it('follows what the shell asks for last', () => {
    expect(after()).toBe(false);
    expect(after('\x1b[?2004h$ ')).toBe(true);
    expect(after('\x1b[?2004h$ ls\r\n\x1b[?2004l\r')).toBe(false);
    expect(after('\x1b[?2004h$ ', '\x1b[?2004l', 'file\r\n', '\x1b[?2004h$ ')).toBe(true);
  });

  it('sees a sequence that is cut anywhere', () => {
    const sequence = '\x1b[?2004h';
    for (let cut = 1; cut < sequence.length; cut += 1) {
      expect(after(`$ ${sequence.slice(0, cut)}`, sequence.slice(cut))).toBe(true);
    }
    expect(after(...Array.from(sequence))).toBe(true);
  });
});

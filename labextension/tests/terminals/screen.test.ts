import { describe, expect, it } from 'vitest';

import { textOn, type IScreen } from '../../src/terminals/screen';

/** A buffer of these rows, of which the last `rows` are on the screen; `>` begins a row that goes on from the one above. */
function screen(rows: number, lines: readonly string[]): IScreen {
  const getLine = (row: number) => {
    const line = lines[row];
    return line === undefined
      ? undefined
      : {
          isWrapped: line.startsWith('>'),
          translateToString: (trim?: boolean) => (trim ? line.trimEnd() : line).replace(/^>/, '')
        };
  };
  return { rows, buffer: { active: { type: 'normal', baseY: lines.length - rows, getLine } } } as IScreen;
}

describe('textOn', () => {
  it('is what stands on the screen, without what was scrolled away', () => {
    expect(textOn(screen(3, ['gone', '$ make   ', 'done', '$']))).toBe('$ make\ndone\n$');
  });

  it('joins what was wrapped', () => {
    expect(textOn(screen(4, ['a long ', '>line   ', '', 'end']))).toBe('a long line\n\nend');
  });
});

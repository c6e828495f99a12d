/** Where Markdown that is still arriving can be cut, so that what is complete is drawn once. */

const FENCE = /^ {0,3}(`{3,}|~{3,})/;
const LIST_ITEM = /^ {0,3}([-*+]|\d{1,9}[.)])(\s|$)/;
const DISPLAY_MATH = /\$\$|\\\[|\\\]/g;

/**
 * The blocks of `text`; joined they are the text again. All but the last are complete: whatever is appended
 * changes only the last one. A fence, a display formula, a list and an HTML element stay in one piece.
 */
export function splitBlocks(text: string): string[] {
  const blocks: string[] = [];
  let block = '';
  let fence: string | null = null;
  let math = 0;
  let blank = false;
  for (const line of text.match(/[^\n]*\n|[^\n]+$/g) ?? []) {
    const open = fence !== null || math % 2 === 1;
    if (blank && !open && isCut(block, line)) {
      blocks.push(block);
      block = '';
      math = 0;
    }
    block += line;
    fence = nextFence(fence, line);
    math += fence === null ? (line.match(DISPLAY_MATH)?.length ?? 0) : 0;
    blank = line.trim() === '';
  }
  return block === '' ? blocks : [...blocks, block];
}

/** Whether a block may end before `line`, which follows a blank one. */
function isCut(block: string, line: string): boolean {
  if (/^\s/.test(line) || block.trim() === '') {
    return false;
  }
  if (LIST_ITEM.test(block) && LIST_ITEM.test(line)) {
    return false;
  }
  return !/^ {0,3}<[a-z]/i.test(block);
}

function nextFence(fence: string | null, line: string): string | null {
  const mark = FENCE.exec(line)?.[1];
  if (mark === undefined) {
    return fence;
  }
  if (fence === null) {
    return mark;
  }
  const closes = mark.startsWith(fence) && line.trim() === mark;
  return closes ? null : fence;
}

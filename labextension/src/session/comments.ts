/** Remarks on changes, collected and then read by the agent as one prompt. Pure. */
import type { Line } from '../protocol';
import type { IHunk } from './changes';

/** Where a remark stands: lines of one side of a file, or a cell of a notebook. */
export type Place =
  | { readonly type: 'lines'; readonly side: 'old' | 'new'; readonly from: number; readonly to: number }
  | { readonly type: 'cell'; readonly cell: number }
  | { readonly type: 'file' };

export interface IComment {
  readonly id: string;
  readonly path: string;
  readonly place: Place;
  /** What it is about, as a diff; kept with the remark, since the file may move on. */
  readonly quote: string;
  readonly text: string;
}

/** A remark that is being written; one at a time for each file. */
export type IDraftComment = Omit<IComment, 'id'>;

/** Words that stand around the remarks; the person's language. */
export interface IReviewWords {
  readonly opening: string;
  readonly where: (place: Place) => string;
}

const QUOTED = 30;

/** The lines of a hunk from `from` to `to` on one side, with the lines around that belong to them. */
export function quoteLines(hunks: readonly IHunk[], side: 'old' | 'new', from: number, to: number): string {
  const lines = hunks.flatMap(hunk => cut(hunk.lines, side, from, to));
  return shorten(lines.map(({ kind, text }) => `${kind}${text}`));
}

export function quoteHunk(hunk: IHunk): string {
  return shorten([hunk.header, ...hunk.lines.map(({ kind, text }) => `${kind}${text}`)]);
}

export function quoteSource(source: readonly Line[]): string {
  return shorten(source.map(({ kind, text }) => `${kind}${text}`));
}

/** What went on the other side right before, between and after the lines belongs to them. */
function cut(lines: readonly Line[], side: 'old' | 'new', from: number, to: number): readonly Line[] {
  const inside = (line: Line) => {
    const at = line[side];
    return typeof at === 'number' && at >= from && at <= to;
  };
  let first = lines.findIndex(inside);
  if (first < 0) {
    return [];
  }
  let last = lines.length - 1 - [...lines].reverse().findIndex(inside);
  const gone = side === 'new' ? '-' : '+';
  while (lines[first]?.kind !== ' ' && lines[first - 1]?.kind === gone) {
    first -= 1;
  }
  while (lines[last]?.kind !== ' ' && lines[last + 1]?.kind === gone) {
    last += 1;
  }
  return lines.slice(first, last + 1);
}

function shorten(lines: readonly string[]): string {
  return lines.length <= QUOTED ? lines.join('\n') : [...lines.slice(0, QUOTED), '…'].join('\n');
}

/** All remarks as one prompt in Markdown: file, range, quoted lines, words. */
export function reviewPrompt(comments: readonly IComment[], words: IReviewWords): string {
  const parts = comments.map(({ path, place, quote, text }, index) => {
    const where = words.where(place);
    const title = where === '' ? `\`${path}\`` : `\`${path}\`, ${where}`;
    const quoted = quote === '' ? [] : [fenced(quote)];
    return [`${index + 1}. ${title}`, ...quoted, text].join('\n\n');
  });
  return [words.opening, ...parts].join('\n\n');
}

/** A fence that nothing inside can close. */
function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}diff\n${text}\n${fence}`;
}

/** The keys of a diff, and where they lead. */
import { placeOf, type IHunk } from '../../session/changes';
import type { DiffEditor, ILines } from './editor';
import type { IHunkActions } from './hunkBar';

export interface IDiffKeys {
  readonly editor: DiffEditor;
  readonly hunks: readonly IHunk[];
  readonly onHunk: IHunkActions;
  readonly onAsk: (hunk: IHunk) => void;
  readonly onComment: (lines: ILines) => void;
  readonly onOpen: (line: number) => void;
  /** Escape. */
  readonly onLeave: () => void;
}

/** What a key does here and now; undefined: nothing of ours. */
export function actOf(key: string, props: IDiffKeys): (() => void) | undefined {
  const { editor, hunks, onHunk, onAsk, onComment, onOpen, onLeave } = props;
  const hunk = hunkAt(editor, hunks);
  switch (key) {
    case 'n':
      return () => {
        goTo(editor, hunks, 1);
      };
    case 'p':
      return () => {
        goTo(editor, hunks, -1);
      };
    case 'c':
      return () => {
        onComment(editor.lines);
      };
    case 'o':
      return () => {
        onOpen(editor.lines.from);
      };
    case 's':
      return hunk && onHunk.stage?.bind(null, hunk);
    case 'x':
      return hunk && onHunk.revert ? onAsk.bind(null, hunk) : undefined;
    case 'Escape':
      return onLeave;
    default:
      return undefined;
  }
}

/** The hunk that the cursor is in, or the one after it. */
function hunkAt(editor: DiffEditor, hunks: readonly IHunk[]): IHunk | undefined {
  const { side, from } = editor.lines;
  return hunks.find(hunk => {
    const { start, lines } =
      side === 'new' ? placeOf(hunk, hunks) : { start: hunk.old_start, lines: hunk.old_lines };
    return from < start + Math.max(1, lines);
  });
}

function goTo(editor: DiffEditor, hunks: readonly IHunk[], step: 1 | -1): void {
  const { from } = editor.lines;
  const places = hunks.map(hunk => editor.rowOf(hunk));
  const next =
    step > 0 ? places.find(({ line }) => line > from) : [...places].reverse().find(({ line }) => line < from);
  const place = next ?? (step > 0 ? places.at(-1) : places[0]);
  if (place) {
    editor.goTo(place.side, place.line);
  }
}

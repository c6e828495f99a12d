/** A text diff with rows of ours between its lines, by CodeMirror. Heavy: imported with the first diff. */
import { getChunks, MergeView, unifiedMergeView } from '@codemirror/merge';
import {
  Compartment,
  EditorSelection,
  EditorState,
  RangeSetBuilder,
  type Extension
} from '@codemirror/state';
import { Decoration, EditorView, lineNumbers, type DecorationSet } from '@codemirror/view';
import { jupyterTheme } from '@jupyterlab/codemirror';

import { placeOf, type IHunk } from '../../session/changes';
import { DIFF_CONFIG, highlight } from '../codeDiff';
import type { Layout } from './contract';
import { comparison } from './exact';
import { Hosts, HostWidget } from './hosts';

export type SideName = 'old' | 'new';

/** Lines of one side, from 1, the last one included. */
export interface ILines {
  readonly side: SideName;
  readonly from: number;
  readonly to: number;
}

/** A row that React fills: before or after a line of one side. */
export interface IRow {
  readonly key: string;
  readonly side: SideName;
  readonly line: number;
  readonly before: boolean;
}

export interface IEditorOptions {
  readonly parent: HTMLElement;
  readonly path: string;
  /** Null: the file was not there, or is gone. */
  readonly before: string | null;
  readonly after: string | null;
  readonly hunks: readonly IHunk[];
  readonly layout: Layout;
  /** Unchanged stretches are not folded. */
  readonly whole: boolean;
  readonly phrases: Record<string, string>;
  readonly labels: Readonly<Record<SideName, string>>;
  /** A line's number was clicked; with shift: up to there. */
  readonly onLine: (lines: ILines) => void;
}

const FOLDED = { margin: 3, minSize: 4 };

/** One diff on the page. Dispose of it when another takes its place. */
export class DiffEditor {
  constructor(private readonly options: IEditorOptions) {
    const { before, after, layout } = options;
    if (before !== null && after !== null && layout === 'split') {
      this.split(before, after);
    } else {
      this.single(before, after);
    }
    for (const view of this.views.values()) {
      void highlight(view, this.language, options.path);
    }
  }

  readonly hosts = new Hosts();

  dispose(): void {
    this.merge?.destroy();
    if (!this.merge) {
      this.views.forEach(view => {
        view.destroy();
      });
    }
  }

  /** Rows of a side that is not shown stand nowhere. */
  setRows(rows: readonly IRow[]): void {
    this.views.forEach((view, side) => {
      const decorations = this.decorate(
        view.state,
        rows.filter(row => row.side === side)
      );
      view.dispatch({ effects: this.rows.reconfigure(EditorView.decorations.of(decorations)) });
    });
  }

  /** After something in a row has another height. */
  measure(): void {
    this.views.forEach(view => {
      view.requestMeasure({
        read: ({ dom }) => dom.querySelector<HTMLElement>('.cm-gutters')?.offsetWidth ?? 0,
        write: (width, { dom }) => {
          dom.style.setProperty('--parsess-gutter', `${width}px`);
        }
      });
    });
  }

  /** Which side and line a hunk's row stands at: always one that is not folded away. */
  rowOf(hunk: IHunk): Pick<IRow, 'side' | 'line'> {
    const side = this.mainSide;
    const state = this.views.get(side)?.state;
    const start = side === 'old' ? hunk.old_start : placeOf(hunk, this.options.hunks).start;
    const first = state && getChunks(state)?.chunks.find(chunk => lineOf(state, chunk.fromB) >= start);
    const seen = first ? lineOf(state, first.fromB) - FOLDED.margin : start;
    return { side, line: Math.max(1, start, seen) };
  }

  /** What is selected, or where the cursor is. */
  get lines(): ILines {
    const side = this.focused;
    const view = this.views.get(side);
    if (!view) {
      return { side, from: 1, to: 1 };
    }
    const { from, to } = view.state.selection.main;
    return { side, from: lineOf(view.state, from), to: lineOf(view.state, to) };
  }

  focus(): void {
    this.views.get(this.focused)?.focus();
  }

  goTo(side: SideName, line: number): void {
    const view = this.views.get(side);
    if (view) {
      const { from } = view.state.doc.line(Math.min(Math.max(1, line), view.state.doc.lines));
      const effects = EditorView.scrollIntoView(from, { y: 'start', yMargin: 48 });
      view.dispatch({ selection: { anchor: from }, effects });
      view.focus();
    }
  }

  private get mainSide(): SideName {
    return this.views.has('new') ? 'new' : 'old';
  }

  private get focused(): SideName {
    const found = [...this.views].find(([, view]) => view.hasFocus);
    return found?.[0] ?? this.mainSide;
  }

  private split(before: string, after: string): void {
    const { parent, whole, hunks } = this.options;
    this.merge = new MergeView({
      parent,
      a: { doc: before, extensions: this.extensions('old') },
      b: { doc: after, extensions: this.extensions('new') },
      gutter: true,
      diffConfig: { ...DIFF_CONFIG, override: comparison(hunks) },
      ...(whole ? {} : { collapseUnchanged: FOLDED })
    });
    this.views.set('old', this.merge.a).set('new', this.merge.b);
  }

  private single(before: string | null, after: string | null): void {
    const { parent, whole, hunks } = this.options;
    const side: SideName = after === null ? 'old' : 'new';
    // A file that is gone is a page of lines, not one large insertion.
    const change =
      after === null
        ? EditorView.editorAttributes.of({ class: 'parsess-mod-gone' })
        : unifiedMergeView({
            original: before ?? '',
            mergeControls: false,
            gutter: true,
            diffConfig: { ...DIFF_CONFIG, override: comparison(hunks) },
            ...(whole ? {} : { collapseUnchanged: FOLDED })
          });
    const extensions = [this.extensions(side), change];
    const state = EditorState.create({ doc: after ?? before ?? '', extensions });
    this.views.set(side, new EditorView({ parent, state }));
  }

  private extensions(side: SideName): Extension {
    const { phrases, labels } = this.options;
    return [
      EditorState.readOnly.of(true),
      EditorView.editable.of(false),
      EditorState.phrases.of(phrases),
      EditorView.contentAttributes.of({ 'aria-label': labels[side], tabindex: '0' }),
      EditorView.domEventHandlers({ keydown: (event, view) => move(event, view) }),
      jupyterTheme,
      cursorLine,
      lineNumbers({
        domEventHandlers: {
          mousedown: (view, { from }, event) => this.onNumber(side, view, from, event as MouseEvent)
        }
      }),
      this.language.of([]),
      this.rows.of([])
    ];
  }

  private onNumber(side: SideName, view: EditorView, at: number, event: MouseEvent): boolean {
    const line = lineOf(view.state, at);
    const { main } = view.state.selection;
    const [from, to] = event.shiftKey
      ? [Math.min(lineOf(view.state, main.from), line), Math.max(lineOf(view.state, main.to), line)]
      : [line, line];
    event.preventDefault();
    this.options.onLine({ side, from, to });
    return true;
  }

  private decorate(state: EditorState, rows: readonly IRow[]): DecorationSet {
    const builder = new RangeSetBuilder<Decoration>();
    const placed = rows.map(row => {
      const line = state.doc.line(Math.min(Math.max(1, row.line), state.doc.lines));
      const side = row.before ? -2 : 1;
      return { at: row.before ? line.from : line.to, side, key: row.key };
    });
    for (const { at, side, key } of placed.sort((one, two) => one.at - two.at || one.side - two.side)) {
      const widget = new HostWidget(key, this.hosts, 28);
      builder.add(at, at, Decoration.widget({ widget, block: true, side }));
    }
    return builder.finish();
  }

  private readonly views = new Map<SideName, EditorView>();
  private readonly language = new Compartment();
  private readonly rows = new Compartment();
  private merge: MergeView | null = null;
}

function lineOf(state: EditorState, at: number): number {
  return state.doc.lineAt(Math.min(at, state.doc.length)).number;
}

/** Where the keyboard is. */
const cursorLine = EditorView.decorations.compute(['selection', 'doc'], state => {
  const { from, to } = state.selection.main;
  const builder = new RangeSetBuilder<Decoration>();
  for (let line = lineOf(state, from); line <= lineOf(state, to); line++) {
    const { from: start } = state.doc.line(line);
    builder.add(start, start, Decoration.line({ class: 'parsess-mod-cursor' }));
  }
  return builder.finish();
});

/** An editor that can't be edited moves no cursor by itself. */
function move(event: KeyboardEvent, view: EditorView): boolean {
  const steps: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1, PageDown: 15, PageUp: -15 };
  const step = steps[event.key];
  if (
    step === undefined ||
    event.altKey ||
    event.ctrlKey ||
    event.metaKey ||
    event.target !== view.contentDOM
  ) {
    return false;
  }
  const { state } = view;
  const { anchor, head } = state.selection.main;
  const line = Math.min(Math.max(1, lineOf(state, head) + step), state.doc.lines);
  const at = state.doc.line(line).from;
  const selection = event.shiftKey ? EditorSelection.single(anchor, at) : EditorSelection.cursor(at);
  view.dispatch({ selection, scrollIntoView: true });
  event.preventDefault();
  return true;
}

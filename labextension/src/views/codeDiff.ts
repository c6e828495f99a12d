/** Text diffs by CodeMirror. Heavy: imported when the first diff is looked at. */
import { Chunk, unifiedMergeView } from '@codemirror/merge';
import { Compartment, EditorState, Text } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { EditorLanguageRegistry, jupyterTheme } from '@jupyterlab/codemirror';

import type { DiffContent } from '../protocol';

const languages = new EditorLanguageRegistry();
EditorLanguageRegistry.getDefaultLanguages().forEach(language => {
  languages.addLanguage(language);
});

/** Bounds the work of the diff; beyond it whole stretches count as changed. */
export const DIFF_CONFIG = { scanLimit: 500, timeout: 200 };

/** A read-only unified diff in `parent`, unchanged stretches folded. The caller destroys it. */
export function showDiff(
  parent: HTMLElement,
  diff: DiffContent,
  phrases: Record<string, string>
): EditorView {
  const language = new Compartment();
  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: diff.new_text,
      extensions: [
        EditorState.readOnly.of(true),
        EditorView.editable.of(false),
        EditorState.phrases.of(phrases),
        EditorView.contentAttributes.of({ 'aria-label': diff.path, tabindex: '0' }),
        jupyterTheme,
        language.of([]),
        unifiedMergeView({
          original: diff.old_text ?? '',
          mergeControls: false,
          gutter: true,
          collapseUnchanged: { margin: 3, minSize: 4 },
          diffConfig: DIFF_CONFIG
        })
      ]
    })
  });
  void highlight(view, language, diff.path);
  return view;
}

/** Colours by the language that the file's name tells, as soon as it is loaded. */
export async function highlight(view: EditorView, slot: Compartment, path: string): Promise<void> {
  const found = languages.findByFileName(path.split('/').pop() ?? path);
  const loaded = found && (await languages.getLanguage(found));
  if (loaded?.support && view.dom.isConnected) {
    view.dispatch({ effects: slot.reconfigure(loaded.support) });
  }
}

/** Lines that came and lines that went. */
export interface IDiffCount {
  readonly added: number;
  readonly removed: number;
}

export function countLines(diff: DiffContent): IDiffCount {
  const before = toText(diff.old_text ?? '');
  const after = toText(diff.new_text);
  if (before.length === 0) {
    return { added: lines(after, 0, after.length), removed: 0 };
  }
  return Chunk.build(before, after, DIFF_CONFIG).reduce(
    ({ added, removed }, chunk) => ({
      added: added + lines(after, chunk.fromB, chunk.toB),
      removed: removed + lines(before, chunk.fromA, chunk.toA)
    }),
    { added: 0, removed: 0 }
  );
}

/** A final line break ends the last line and begins none. */
function toText(text: string): Text {
  return Text.of(text.replace(/\n$/, '').split('\n'));
}

/** A chunk's end may lie one beyond the text. */
function lines(text: Text, from: number, to: number): number {
  const end = Math.min(to, text.length + 1) - 1;
  return end < from ? 0 : text.lineAt(Math.max(from, end)).number - text.lineAt(from).number + 1;
}

/** A file before and after, with its hunks to act on and its lines to comment. */
import { useEffect, useRef, useState, type KeyboardEvent, type ReactElement } from 'react';
import { createPortal } from 'react-dom';

import { placeOf, type IFileChange, type IHunk } from '../../session/changes';
import { quoteHunk, quoteLines, type IComment, type IDraftComment } from '../../session/comments';
import type { IViewContext } from '../contract';
import type { IChangesActions, Layout } from './contract';
import { useEditor, useHosts } from './useEditor';
import { actOf } from './diffKeys';
import { DiffRow, rowsOf } from './diffRows';
import type { ILines } from './editor';
import type { IHunkActions } from './hunkBar';

export interface ITextDiffProps {
  readonly context: IViewContext;
  readonly actions: IChangesActions;
  readonly file: IFileChange;
  readonly before: string | null;
  readonly after: string | null;
  readonly hunks: readonly IHunk[];
  readonly layout: Layout;
  readonly whole: boolean;
  readonly comments: readonly IComment[];
  readonly draft: IDraftComment | null;
  readonly stages: boolean;
  readonly reverts: boolean;
  readonly busy: boolean;
  /** Escape: back to the list. */
  readonly onLeave: () => void;
}

export function TextDiff(props: ITextDiffProps): ReactElement {
  const { context, actions, file, hunks, comments, draft } = props;
  const node = useRef<HTMLDivElement>(null);
  const [asking, setAsking] = useState<string | null>(null);
  const begin = (lines: ILines, hunk?: IHunk) => {
    const quote = hunk ? quoteHunk(hunk) : quoteLines(hunks, lines.side, lines.from, lines.to);
    const place = { type: 'lines' as const, ...lines };
    actions.draftComment(file.path, { path: file.path, place, quote, text: draft?.text ?? '' });
  };
  const editor = useEditor({ ...props, path: file.path }, node, begin);
  const hosts = useHosts(editor);
  useEffect(() => {
    editor?.setRows(rowsOf(editor, hunks, comments, draft?.place ?? null));
  }, [editor, hunks, comments, draft?.place]);
  useEffect(() => {
    editor?.measure();
  });

  const onHunk = hunkActions(props, hunk => {
    begin(linesOf(file, hunk, hunks), hunk);
  });
  const save = () => {
    if (draft && draft.text.trim() !== '') {
      actions.addComment({ ...draft, text: draft.text.trim() });
      editor?.focus();
    }
  };

  const onKeyDown = (event: KeyboardEvent) => {
    const inText = event.target instanceof Element && event.target.closest('.cm-content') !== null;
    if (!editor || !inText || event.altKey || event.ctrlKey || event.metaKey) {
      return;
    }
    const act = actOf(event.key, {
      editor,
      hunks,
      onHunk,
      onAsk: hunk => {
        setAsking(hunk.id);
      },
      onComment: begin,
      onOpen: line => {
        actions.open(file.path, line);
      },
      onLeave: props.onLeave
    });
    if (act) {
      event.preventDefault();
      event.stopPropagation();
      act();
    }
  };

  const row = (key: string) => (
    <DiffRow
      {...props}
      trans={context.trans}
      row={key}
      onHunk={onHunk}
      asking={asking}
      onAsk={hunk => {
        setAsking(hunk);
        if (hunk === null) {
          editor?.focus();
        }
      }}
      onDraft={text => {
        actions.draftComment(file.path, draft && { ...draft, text });
      }}
      onSave={save}
      onCancel={() => {
        actions.draftComment(file.path, null);
        editor?.focus();
      }}
    />
  );
  return (
    <div className="parsess-TextDiff parsess-Diff-host" ref={node} onKeyDown={onKeyDown}>
      {hosts.map(host => createPortal(row(host.key), host.node, host.key))}
    </div>
  );
}

function hunkActions(
  { actions, file, stages, reverts }: ITextDiffProps,
  comment: (hunk: IHunk) => void
): IHunkActions {
  return {
    comment,
    stage: stages
      ? hunk => {
          if (hunk.staged) {
            actions.unstage(file.path, [hunk.id]);
          } else {
            actions.stage(file.path, [hunk.id]);
          }
        }
      : null,
    revert: reverts
      ? hunk => {
          actions.revert(file.path, [hunk.id]);
        }
      : null
  };
}

/** The lines a hunk is about: as they are now, or as they were where none are left. */
function linesOf(file: IFileChange, hunk: IHunk, hunks: readonly IHunk[]): ILines {
  const gone = (file.status === 'deleted' || hunk.new_lines === 0) && hunk.old_lines > 0;
  const { start, lines } = gone ? { start: hunk.old_start, lines: hunk.old_lines } : placeOf(hunk, hunks);
  return { side: gone ? 'old' : 'new', from: start, to: start + Math.max(0, lines - 1) };
}

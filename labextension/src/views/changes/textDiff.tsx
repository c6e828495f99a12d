/** A file before and after, with its hunks to act on and its lines to comment. */
import {
  useEffect,
  useRef,
  useState,
  useSyncExternalStore,
  type KeyboardEvent,
  type ReactElement,
  type RefObject
} from 'react';
import { createPortal } from 'react-dom';

import type { IFileChange, IHunk } from '../../session/changes';
import { placeOf } from '../../session/changes';
import { quoteHunk, quoteLines, type IComment, type Place } from '../../session/comments';
import type { IViewContext } from '../contract';
import type { IChangesActions, Layout } from './contract';
import type { DiffEditor, ILines, IRow } from './editor';
import type { IHost } from './hosts';
import { HunkBar } from './hunkBar';
import { Remark, RemarkDraft } from './remark';
import { placeWord } from './words';

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
  readonly stages: boolean;
  readonly reverts: boolean;
  readonly busy: boolean;
  /** Escape: back to the list. */
  readonly onLeave: () => void;
}

interface IDraftRemark {
  readonly place: Extract<Place, { type: 'lines' }>;
  readonly quote: string;
  readonly text: string;
}

const NO_HOSTS: readonly IHost[] = [];
const nothing = () => () => undefined;

export function TextDiff(props: ITextDiffProps): ReactElement {
  const { context, actions, file, hunks, comments } = props;
  const { trans } = context;
  const node = useRef<HTMLDivElement>(null);
  const [draft, setDraft] = useState<IDraftRemark | null>(null);
  const [asking, setAsking] = useState<string | null>(null);
  const begin = (lines: ILines, hunk?: IHunk) => {
    const quote = hunk ? quoteHunk(hunk) : quoteLines(hunks, lines.side, lines.from, lines.to);
    setDraft(now => ({ place: { type: 'lines', ...lines }, quote, text: now?.text ?? '' }));
  };
  const editor = useEditor(props, node, begin);
  const hosts = useSyncExternalStore(
    editor ? editor.hosts.subscribe : nothing,
    editor ? editor.hosts.snapshot : () => NO_HOSTS
  );
  useEffect(() => {
    editor?.setRows(rowsOf(editor, hunks, comments, draft?.place ?? null));
  }, [editor, hunks, comments, draft?.place]);
  useEffect(() => {
    editor?.measure();
  });

  const linesOf = (hunk: IHunk): ILines => {
    const gone = file.status === 'deleted' || hunk.new_lines === 0;
    const { start, lines } =
      gone && hunk.old_lines > 0 ? { start: hunk.old_start, lines: hunk.old_lines } : placeOf(hunk, hunks);
    return {
      side: gone && hunk.old_lines > 0 ? 'old' : 'new',
      from: start,
      to: start + Math.max(0, lines - 1)
    };
  };
  const stage = (hunk: IHunk) => {
    if (hunk.staged) {
      actions.unstage(file.path, [hunk.id]);
    } else {
      actions.stage(file.path, [hunk.id]);
    }
  };
  const save = () => {
    if (draft && draft.text.trim() !== '') {
      actions.addComment(file.path, draft.place, draft.quote, draft.text.trim());
      setDraft(null);
      editor?.focus();
    }
  };

  const onKeyDown = (event: KeyboardEvent) => {
    const inText = event.target instanceof Element && event.target.closest('.cm-content') !== null;
    if (!editor || !inText || event.altKey || event.ctrlKey || event.metaKey) {
      return;
    }
    const hunk = hunkAt(editor, hunks);
    const act: Readonly<Record<string, (() => void) | undefined>> = {
      n: () => {
        goTo(editor, hunks, 1);
      },
      p: () => {
        goTo(editor, hunks, -1);
      },
      c: () => {
        begin(editor.lines);
      },
      s:
        hunk && props.stages
          ? () => {
              stage(hunk);
            }
          : undefined,
      x:
        hunk && props.reverts
          ? () => {
              setAsking(hunk.id);
            }
          : undefined,
      o: () => {
        actions.open(file.path, editor.lines.from);
      },
      Escape: props.onLeave
    };
    const found = act[event.key];
    if (found) {
      event.preventDefault();
      event.stopPropagation();
      found();
    }
  };

  const row = (key: string): ReactElement | null => {
    const [kind, id] = [key.slice(0, key.indexOf(':')), key.slice(key.indexOf(':') + 1)];
    const hunk = kind === 'hunk' ? hunks.find(one => one.id === id) : undefined;
    if (hunk) {
      return (
        <HunkBar
          trans={trans}
          hunk={hunk}
          busy={props.busy}
          asking={asking === hunk.id}
          onAsk={asks => {
            setAsking(asks ? hunk.id : null);
            if (!asks) {
              editor?.focus();
            }
          }}
          onStage={
            props.stages
              ? () => {
                  stage(hunk);
                }
              : null
          }
          onRevert={
            props.reverts
              ? () => {
                  actions.revert(file.path, [hunk.id]);
                }
              : null
          }
          onComment={() => {
            begin(linesOf(hunk), hunk);
          }}
        />
      );
    }
    const comment = comments.find(one => one.id === id);
    if (comment) {
      return (
        <Remark
          trans={trans}
          comment={comment}
          onEdit={text => {
            actions.editComment(comment.id, text);
          }}
          onRemove={() => {
            actions.removeComment(comment.id);
          }}
        />
      );
    }
    return draft && kind === 'draft' ? (
      <RemarkDraft
        trans={trans}
        where={placeWord(trans, draft.place)}
        text={draft.text}
        onChange={text => {
          setDraft({ ...draft, text });
        }}
        onSave={save}
        onCancel={() => {
          setDraft(null);
          editor?.focus();
        }}
      />
    ) : null;
  };

  return (
    <div className="parsess-TextDiff parsess-Diff-host" ref={node} onKeyDown={onKeyDown}>
      {hosts.map(host => createPortal(row(host.key), host.node, host.key))}
    </div>
  );
}

/** A new editor for each text; where one was reading stays in sight. */
function useEditor(
  props: ITextDiffProps,
  node: RefObject<HTMLElement>,
  onLine: (lines: ILines) => void
): DiffEditor | null {
  const { context, file, before, after, hunks, layout, whole } = props;
  const { trans } = context;
  const [editor, setEditor] = useState<DiffEditor | null>(null);
  const latest = useRef({ onLine, hunks });
  latest.current = { onLine, hunks };
  const place = useRef<{ readonly path: string; readonly top: number } | null>(null);
  useEffect(() => {
    const parent = node.current;
    let made: DiffEditor | null = null;
    let current = true;
    if (parent) {
      void import('./editor').then(({ DiffEditor }) => {
        if (!current) {
          return;
        }
        made = new DiffEditor({
          parent,
          path: file.path,
          before,
          after,
          hunks: latest.current.hunks,
          layout,
          whole,
          phrases: { '$ unchanged lines': trans.__('$ unchanged lines') },
          labels: { old: trans.__('%1, before', file.path), new: file.path },
          onLine: lines => {
            latest.current.onLine(lines);
          }
        });
        setEditor(made);
        const scroller = scrollerOf(parent);
        if (scroller && place.current?.path === file.path) {
          scroller.scrollTop = place.current.top;
        }
      });
    }
    return () => {
      current = false;
      if (parent && made) {
        place.current = { path: file.path, top: scrollerOf(parent)?.scrollTop ?? 0 };
      }
      made?.dispose();
      setEditor(null);
    };
  }, [node, file.path, before, after, layout, whole, trans]);
  return editor;
}

function scrollerOf(parent: HTMLElement): Element | null {
  return parent.querySelector('.cm-mergeView') ?? parent.querySelector('.cm-scroller');
}

function rowsOf(
  editor: DiffEditor,
  hunks: readonly IHunk[],
  comments: readonly IComment[],
  draft: IDraftRemark['place'] | null
): IRow[] {
  const bars = hunks.map(hunk => ({ key: `hunk:${hunk.id}`, before: true, ...editor.rowOf(hunk) }));
  const remarks = comments.flatMap(({ id, place }) =>
    place.type === 'lines' ? [{ key: `remark:${id}`, side: place.side, line: place.to, before: false }] : []
  );
  const writing = draft ? [{ key: 'draft:', side: draft.side, line: draft.to, before: false }] : [];
  return [...bars, ...remarks, ...writing];
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

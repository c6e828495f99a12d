/** The editor of a diff in React's hands: a new one for each text; where one was reading stays in sight. */
import { useEffect, useRef, useState, useSyncExternalStore, type RefObject } from 'react';

import type { IHunk } from '../../session/changes';
import type { IViewContext } from '../contract';
import type { Layout } from './contract';
import type { DiffEditor, ILines } from './editor';
import type { IHost } from './hosts';

export interface IDiffed {
  readonly context: IViewContext;
  readonly path: string;
  /** Null: the file was not there, or is gone. */
  readonly before: string | null;
  readonly after: string | null;
  readonly hunks: readonly IHunk[];
  readonly layout: Layout;
  /** Unchanged stretches are not folded. */
  readonly whole: boolean;
}

/** Null until it is loaded. */
export function useEditor(
  props: IDiffed,
  node: RefObject<HTMLElement>,
  onLine: (lines: ILines) => void
): DiffEditor | null {
  const { context, path, before, after, hunks, layout, whole } = props;
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
          path,
          before,
          after,
          hunks: latest.current.hunks,
          layout,
          whole,
          phrases: { '$ unchanged lines': trans.__('$ unchanged lines') },
          labels: { old: trans.__('%1, before', path), new: path },
          onLine: lines => {
            latest.current.onLine(lines);
          }
        });
        setEditor(made);
        const scroller = scrollerOf(parent);
        if (scroller && place.current?.path === path) {
          scroller.scrollTop = place.current.top;
        }
      });
    }
    return () => {
      current = false;
      if (parent && made) {
        place.current = { path, top: scrollerOf(parent)?.scrollTop ?? 0 };
      }
      made?.dispose();
      setEditor(null);
    };
  }, [node, path, before, after, layout, whole, trans]);
  return editor;
}

const NO_HOSTS: readonly IHost[] = [];
const nothing = () => () => undefined;

/** The places between its lines that are drawn in. */
export function useHosts(editor: DiffEditor | null): readonly IHost[] {
  return useSyncExternalStore(
    editor ? editor.hosts.subscribe : nothing,
    editor ? editor.hosts.snapshot : () => NO_HOSTS
  );
}

function scrollerOf(parent: HTMLElement): Element | null {
  return parent.querySelector('.cm-mergeView') ?? parent.querySelector('.cm-scroller');
}

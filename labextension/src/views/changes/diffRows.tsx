/** The rows between the lines of a diff: hunks to act on, remarks, the one being written. */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';

import type { IHunk } from '../../session/changes';
import type { IComment, IDraftComment, Place } from '../../session/comments';
import type { IChangesActions } from './contract';
import type { DiffEditor, IRow } from './editor';
import { HunkBar, type IHunkActions } from './hunkBar';
import { Remark, RemarkDraft } from './remark';
import { placeWord } from './words';

export interface IDiffRowProps {
  readonly trans: TranslationBundle;
  readonly actions: IChangesActions;
  readonly hunks: readonly IHunk[];
  readonly comments: readonly IComment[];
  readonly draft: IDraftComment | null;
  readonly busy: boolean;
  readonly onHunk: IHunkActions;
  /** The hunk whose revert is asked about. */
  readonly asking: string | null;
  readonly onAsk: (hunk: string | null) => void;
  readonly onDraft: (text: string) => void;
  readonly onSave: () => void;
  readonly onCancel: () => void;
}

export function rowsOf(
  editor: DiffEditor,
  hunks: readonly IHunk[],
  comments: readonly IComment[],
  draft: Place | null
): IRow[] {
  const bars = hunks.map(hunk => ({ key: `hunk:${hunk.id}`, before: true, ...editor.rowOf(hunk) }));
  const remarks = comments.flatMap(({ id, place }) =>
    place.type === 'lines' ? [{ key: `remark:${id}`, side: place.side, line: place.to, before: false }] : []
  );
  const writing =
    draft?.type === 'lines' ? [{ key: 'draft:', side: draft.side, line: draft.to, before: false }] : [];
  return [...bars, ...remarks, ...writing];
}

export function DiffRow(props: IDiffRowProps & { readonly row: string }): ReactElement | null {
  const { trans, actions, hunks, comments, draft, row } = props;
  const [kind, id] = [row.slice(0, row.indexOf(':')), row.slice(row.indexOf(':') + 1)];
  const hunk = kind === 'hunk' ? hunks.find(one => one.id === id) : undefined;
  if (hunk) {
    return (
      <HunkBar
        trans={trans}
        hunk={hunk}
        busy={props.busy}
        onHunk={props.onHunk}
        asking={props.asking === hunk.id}
        onAsk={asks => {
          props.onAsk(asks ? hunk.id : null);
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
      onChange={props.onDraft}
      onSave={props.onSave}
      onCancel={props.onCancel}
    />
  ) : null;
}

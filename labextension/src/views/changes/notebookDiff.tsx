/** A notebook by cell: what changed in its source and in its outputs. */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';

import type { CellChange, Line, NotebookChange, Output } from '../../protocol';
import { quoteSource, type IComment, type IDraftComment } from '../../session/comments';
import type { IViewContext } from '../contract';
import { bytes } from '../format';
import { Rendered } from '../rendered';
import { untrusted } from '../untrusted';
import type { IChangesActions } from './contract';
import { Remark, RemarkDraft } from './remark';

export interface INotebookDiffProps {
  readonly context: IViewContext;
  readonly actions: IChangesActions;
  readonly path: string;
  readonly notebook: NotebookChange;
  readonly comments: readonly IComment[];
  readonly draft: IDraftComment | null;
  readonly onLeave: () => void;
}

export function NotebookDiff(props: INotebookDiffProps): ReactElement {
  const { context, notebook, onLeave } = props;
  const { trans } = context;
  return (
    <div
      className="parsess-NotebookDiff"
      tabIndex={-1}
      onKeyDown={event => {
        if (event.key === 'Escape') {
          event.preventDefault();
          onLeave();
        } else if (event.key === 'n' || event.key === 'p') {
          step(event.currentTarget, event.key === 'n' ? 1 : -1);
        }
      }}
    >
      {notebook.metadata_changed && (
        <p className="parsess-Quiet">{trans.__('The notebook’s metadata (kernel, language) changed.')}</p>
      )}
      {groups(notebook.cells).map(group =>
        group.cells[0]?.status === 'same' ? (
          <p key={group.key} className="parsess-NotebookDiff-same">
            {trans._n('%1 unchanged cell', '%1 unchanged cells', group.cells.length)}
          </p>
        ) : (
          group.cells.map(cell => <Cell key={keyOf(cell)} {...props} cell={cell} />)
        )
      )}
      {notebook.truncated && (
        <p className="parsess-Quiet">
          {trans.__('The notebook is too long to be shown whole. Open it to see the rest.')}
        </p>
      )}
    </div>
  );
}

interface IGroup {
  readonly key: string;
  readonly cells: CellChange[];
}

const keyOf = ({ old, new: now }: CellChange) => `${old ?? ''}-${now ?? ''}`;

/** Neighbours that did not change are one line. */
export function groups(cells: readonly CellChange[]): IGroup[] {
  const all: IGroup[] = [];
  for (const cell of cells) {
    const last = all.at(-1);
    if (last && last.cells[0]?.status === 'same' && cell.status === 'same') {
      last.cells.push(cell);
    } else {
      all.push({ key: keyOf(cell), cells: [cell] });
    }
  }
  return all;
}

interface ICellProps extends INotebookDiffProps {
  readonly cell: CellChange;
}

function Cell(props: ICellProps): ReactElement {
  const { context, actions, path, cell, comments, draft } = props;
  const { trans } = context;
  // As a person counts them, and where the cell still is.
  const number = (cell.new ?? cell.old ?? 0) + 1;
  const title = trans.__('Cell %1 · %2 · %3', number, cell.cell_type, statusWord(trans, cell));
  const place = { type: 'cell' as const, cell: number };
  const own = comments.filter(({ place }) => place.type === 'cell' && place.cell === number);
  const { source = [], old_outputs: before = [], new_outputs: after = [] } = cell;
  const begin = () => {
    actions.draftComment(path, { path, place, quote: quoteSource(source), text: draft?.text ?? '' });
  };
  return (
    <section
      className={`parsess-CellDiff parsess-mod-${cell.status}`}
      tabIndex={0}
      aria-label={title}
      onKeyDown={event => {
        if (event.key === 'c' && event.target === event.currentTarget) {
          event.preventDefault();
          begin();
        }
      }}
    >
      <div className="parsess-HunkBar">
        <span className="parsess-HunkBar-range">{title}</span>
        <span className="parsess-Line-space" />
        <button
          type="button"
          className="parsess-Button parsess-mod-link"
          title={trans.__('Comment on the cell (c)')}
          onClick={() => {
            begin();
          }}
        >
          {trans.__('Comment')}
        </button>
      </div>
      {source.length > 0 && <Source trans={trans} lines={source} />}
      {cell.metadata_changed && <p className="parsess-Quiet">{trans.__('metadata changed')}</p>}
      {cell.outputs_changed && <Outputs context={context} before={before} after={after} />}
      {own.map(comment => (
        <Remark
          key={comment.id}
          trans={trans}
          comment={comment}
          onEdit={text => {
            actions.editComment(comment.id, text);
          }}
          onRemove={() => {
            actions.removeComment(comment.id);
          }}
        />
      ))}
      {draft?.place.type === 'cell' && draft.place.cell === number && (
        <RemarkDraft
          trans={trans}
          where={trans.__('cell %1', number)}
          text={draft.text}
          onChange={text => {
            actions.draftComment(path, { ...draft, text });
          }}
          onCancel={() => {
            actions.draftComment(path, null);
          }}
          onSave={() => {
            if (draft.text.trim() !== '') {
              actions.addComment({ ...draft, text: draft.text.trim() });
            }
          }}
        />
      )}
    </section>
  );
}

function statusWord(
  trans: TranslationBundle,
  { status, source = [], outputs_changed: outputs }: CellChange
): string {
  switch (status) {
    case 'added':
      return trans.__('added');
    case 'removed':
      return trans.__('removed');
    case 'modified':
      return source.length === 0 && outputs ? trans.__('outputs changed') : trans.__('modified');
    case 'same':
      return trans.__('unchanged');
  }
}

function Source({ trans, lines }: { trans: TranslationBundle; lines: readonly Line[] }): ReactElement {
  const marks = { ' ': '', '+': trans.__('added:'), '-': trans.__('removed:') };
  return (
    <pre className="parsess-Source">
      {lines.map((line, index) => (
        <div key={index} className="parsess-Source-line" data-kind={line.kind}>
          {line.kind !== ' ' && <span className="parsess-Hidden">{marks[line.kind]}</span>}
          {line.text === '' ? '\u200b' : line.text}
        </div>
      ))}
    </pre>
  );
}

interface IOutputsProps {
  readonly context: IViewContext;
  readonly before: readonly Output[];
  readonly after: readonly Output[];
}

function Outputs({ context, before, after }: IOutputsProps): ReactElement {
  const { trans } = context;
  return (
    <div className="parsess-CellOutputs">
      {before.length > 0 && (
        <OutputColumn context={context} label={trans.__('Outputs before')} outputs={before} />
      )}
      {after.length > 0 ? (
        <OutputColumn context={context} label={trans.__('Outputs now')} outputs={after} />
      ) : (
        <p className="parsess-Quiet">{trans.__('Now without outputs')}</p>
      )}
    </div>
  );
}

function OutputColumn(props: {
  context: IViewContext;
  label: string;
  outputs: readonly Output[];
}): ReactElement {
  const { context, label, outputs } = props;
  return (
    <div className="parsess-CellOutputs-column" role="group" aria-label={label}>
      <p className="parsess-Quiet">{label}</p>
      {outputs.map((output, index) => (
        <CellOutput key={index} context={context} output={output} />
      ))}
    </div>
  );
}

const TEXT = 'application/vnd.jupyter.stdout';

function CellOutput({ context, output }: { context: IViewContext; output: Output }): ReactElement {
  const { trans, rendermime } = context;
  const data = (output.data ?? {}) as Readonly<Record<string, string>>;
  const mimeType = untrusted(rendermime).preferredMimeType(data, 'ensure');
  const left = Object.entries((output.left_out ?? {}) as Readonly<Record<string, number>>);
  const text = output.text ?? data['text/plain'] ?? '';
  return (
    <>
      {mimeType !== undefined && output.text === undefined ? (
        <Rendered rendermime={rendermime} mimeType={mimeType} text={data[mimeType] ?? ''} />
      ) : (
        text !== '' && <Rendered rendermime={rendermime} mimeType={TEXT} text={text} />
      )}
      {left.map(([type, size]) => (
        <p key={type} className="parsess-Quiet">
          {trans.__('%1 of %2 is too large to be shown here', type, bytes(size))}
        </p>
      ))}
    </>
  );
}

function step(root: HTMLElement, by: 1 | -1): void {
  const cells = [...root.querySelectorAll<HTMLElement>('.parsess-CellDiff')];
  const at = cells.findIndex(cell => cell.contains(document.activeElement));
  cells[Math.min(Math.max(0, at + by), cells.length - 1)]?.focus();
}

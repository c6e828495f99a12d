/** The column of changed files: all of them at once, then one by one. */
import type { TranslationBundle } from '@jupyterlab/translation';
import { useMemo, type ReactElement } from 'react';

import type { IFileChange } from '../../session/changes';
import type { IViewContext } from '../contract';
import { toggleStage, type IChangesActions, type IChangesState } from './contract';
import { FileList } from './fileList';

export interface IFilesProps {
  readonly context: IViewContext;
  readonly state: IChangesState;
  readonly actions: IChangesActions;
  readonly files: readonly IFileChange[];
  readonly stages: boolean;
  /** Null where nothing can be changed. */
  readonly onRevert: (() => void) | null;
  readonly onEnter: () => void;
}

export function Files(props: IFilesProps): ReactElement {
  const { context, state, actions, files, stages, onRevert, onEnter } = props;
  const { trans } = context;
  const { comments, list, busy } = state;
  const remarks = useMemo(() => {
    const found = new Map<string, number>();
    for (const { path } of comments) {
      found.set(path, (found.get(path) ?? 0) + 1);
    }
    return found;
  }, [comments]);
  const onToggleAll = () => {
    if (stagedOf(files) === 'all') {
      actions.unstage(null, []);
    } else {
      actions.stage(null, []);
    }
  };
  return (
    <div className="parsess-Changes-files">
      {stages && (
        <AllFiles trans={trans} actions={actions} files={files} busy={busy} onToggle={onToggleAll} />
      )}
      <FileList
        trans={trans}
        files={files}
        path={state.path}
        remarks={remarks}
        onSelect={path => {
          actions.select(path);
        }}
        onToggleStage={stages ? toggleStage.bind(null, actions) : null}
        onToggleAll={stages ? onToggleAll : null}
        onRevert={onRevert}
        onOpen={file => {
          actions.open(file.path, file.hunks[0]?.new_start);
        }}
        onEnter={onEnter}
      />
      {list && list.left_out > 0 && (
        <p className="parsess-Quiet">{trans._n('and %1 more file', 'and %1 more files', list.left_out)}</p>
      )}
    </div>
  );
}

interface IAllFilesProps {
  readonly trans: TranslationBundle;
  readonly actions: IChangesActions;
  readonly files: readonly IFileChange[];
  readonly busy: boolean;
  readonly onToggle: () => void;
}

/** A box for all of them, and how many are in the next commit. */
function AllFiles({ trans, actions, files, busy, onToggle }: IAllFilesProps): ReactElement {
  const staged = stagedOf(files);
  const count = files.filter(file => file.staged !== 'none').length;
  return (
    <div className="parsess-Files-all">
      <button
        type="button"
        className="parsess-Button parsess-mod-link"
        disabled={busy}
        title={
          staged === 'all'
            ? trans.__('Take all out of the next commit (a)')
            : trans.__('Put all into the next commit (a)')
        }
        onClick={onToggle}
      >
        <span className={`parsess-Files-staged parsess-mod-${staged}`} aria-hidden="true" />
        {staged === 'all' ? trans.__('Unstage all') : trans.__('Stage all')}
      </button>
      <span className="parsess-Line-space" />
      {staged === 'partly' && (
        <button
          type="button"
          className="parsess-Button parsess-mod-link"
          disabled={busy}
          title={trans.__('Take all out of the next commit')}
          onClick={() => {
            actions.unstage(null, []);
          }}
        >
          {trans.__('Unstage all')}
        </button>
      )}
      <span className="parsess-Quiet">{trans.__('%1 of %2', count, files.length)}</span>
    </div>
  );
}

/** Of what can be staged at all: neither a repository inside nor a conflict. */
export function stagedOf(files: readonly IFileChange[]): IFileChange['staged'] {
  const marks = new Set(
    files.filter(({ kind, status }) => kind !== 'repository' && status !== 'conflict').map(one => one.staged)
  );
  const [only = 'none'] = marks;
  return marks.size > 1 ? 'partly' : only;
}

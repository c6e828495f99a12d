/** The Changes tab: what the session changed, file by file; comment, stage, revert, commit, land. */
import { useMemo, useRef, type ReactElement } from 'react';

import type { IFileChange } from '../../session/changes';
import { SCOPES } from '../../session/changes';
import type { IViewContext } from '../contract';
import { landIcon, splitIcon, unifiedIcon } from '../icons';
import { Segments } from '../segments';
import { CommitBar } from './commitBar';
import {
  toggleStage,
  type IChangesActions,
  type IChangesSession,
  type IChangesState,
  type ILandActions
} from './contract';
import { Detail } from './detail';
import { FileList } from './fileList';
import { Land } from './land';
import { Nothing } from './nothing';
import { Outcome } from './outcome';
import { Remove } from './remove';
import { Review } from './review';
import { scopeCaption, scopeWord } from './words';

export interface IChangesProps {
  readonly context: IViewContext;
  readonly state: IChangesState;
  readonly actions: IChangesActions;
  readonly landing: ILandActions;
  readonly session: IChangesSession;
  readonly shorten: (path: string) => string;
}

export function Changes(props: IChangesProps): ReactElement {
  const { context, state, actions, session } = props;
  const { trans } = context;
  const root = useRef<HTMLDivElement>(null);
  const close = () => {
    actions.showPanel(null);
  };
  if (state.panel === 'land') {
    return <Land {...props} onClose={close} />;
  }
  if (state.panel === 'remove') {
    return <Remove {...props} onClose={close} />;
  }
  const { list, file: shown } = state;
  const file = list?.files.find(({ path }) => path === state.path);
  const stages = state.scope === 'uncommitted' && !session.readOnly;
  const toList = () => {
    root.current?.querySelector<HTMLElement>('.parsess-Files')?.focus();
  };
  return (
    <div className="parsess-Changes" ref={root} aria-busy={state.busy}>
      <Bar {...props} />
      <Outcome trans={trans} state={state} actions={actions} />
      {list && list.files.length > 0 ? (
        <div className="parsess-Changes-body">
          <Files {...props} files={list.files} stages={stages} root={root} />
          {file && shown ? (
            <Detail
              context={context}
              actions={actions}
              file={file}
              shown={shown}
              layout={state.layout}
              comments={state.comments.filter(({ path }) => path === file.path)}
              stages={stages}
              reverts={!session.readOnly}
              busy={state.busy}
              onLeave={toList}
            />
          ) : (
            <div className="parsess-Detail" />
          )}
        </div>
      ) : (
        <Nothing context={context} state={state} actions={actions} />
      )}
      <Review context={context} state={state} actions={actions} />
      {stages && list && list.files.length > 0 && (
        <CommitBar trans={trans} files={list.files} busy={state.busy} actions={actions} />
      )}
    </div>
  );
}

/** Scope, layout, land. */
function Bar({ context, state, actions, session }: IChangesProps): ReactElement {
  const { trans } = context;
  const { scope, list, layout } = state;
  const target = session.worktree?.landed === null ? session.worktree.base : null;
  return (
    <div className="parsess-Changes-bar">
      <Segments
        label={trans.__('Changes of')}
        segments={SCOPES.map(value => ({
          value,
          label: scopeWord(trans, value),
          title: scopeCaption(trans, value)
        }))}
        value={scope}
        onChange={value => {
          actions.setScope(value);
        }}
      />
      {list?.base_name && scope === 'branch' && (
        <span className="parsess-Changes-base">{trans.__('since %1', list.base_name)}</span>
      )}
      <span className="parsess-Line-space" />
      <button
        type="button"
        className="parsess-IconButton parsess-Changes-layout"
        aria-pressed={layout === 'split'}
        aria-label={trans.__('Side by side')}
        title={
          layout === 'split'
            ? trans.__('Show before and after in one column')
            : trans.__('Show before and after side by side')
        }
        onClick={() => {
          actions.setLayout(layout === 'split' ? 'unified' : 'split');
        }}
      >
        {layout === 'split' ? <unifiedIcon.react tag="span" /> : <splitIcon.react tag="span" />}
      </button>
      {target !== null && session.worktree?.status === 'ready' && !session.readOnly && (
        <button
          type="button"
          className="parsess-Button parsess-mod-small"
          aria-label={trans.__('Land into %1…', target)}
          title={trans.__('Bring the work into %1: merge, squash or rebase', target)}
          onClick={() => {
            actions.showPanel('land');
          }}
        >
          <landIcon.react tag="span" />
          <span className="parsess-Changes-land">{trans.__('Land into %1…', target)}</span>
        </button>
      )}
    </div>
  );
}

interface IFilesProps extends IChangesProps {
  readonly files: readonly IFileChange[];
  readonly stages: boolean;
  readonly root: React.RefObject<HTMLElement>;
}

function Files({ context, state, actions, files, stages, root }: IFilesProps): ReactElement {
  const { trans } = context;
  const { comments, list } = state;
  const remarks = useMemo(() => {
    const found = new Map<string, number>();
    for (const { path } of comments) {
      found.set(path, (found.get(path) ?? 0) + 1);
    }
    return found;
  }, [comments]);
  return (
    <div className="parsess-Changes-files">
      <FileList
        trans={trans}
        files={files}
        path={state.path}
        remarks={remarks}
        onSelect={path => {
          actions.select(path);
        }}
        onToggleStage={
          stages
            ? file => {
                toggleStage(actions, file);
              }
            : null
        }
        onEnter={() => {
          root.current?.querySelector<HTMLElement>('.cm-content, .parsess-CellDiff')?.focus();
        }}
      />
      {list && list.left_out > 0 && (
        <p className="parsess-Quiet">{trans._n('and %1 more file', 'and %1 more files', list.left_out)}</p>
      )}
    </div>
  );
}

/** The Changes tab: what the session changed, file by file; comment, stage, revert, commit, land. */
import { useRef, useState, type ReactElement } from 'react';

import type { IViewContext } from '../contract';
import { Bar } from './bar';
import { CommitBar } from './commitBar';
import type { IChangesActions, IChangesSession, IChangesState, ILandActions } from './contract';
import { Detail } from './detail';
import { Files } from './files';
import { Land } from './land';
import { Nothing } from './nothing';
import { Outcome } from './outcome';
import { Remove } from './remove';
import { Review } from './review';

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
  /** The file whose revert is asked about. */
  const [asking, setAsking] = useState<string | null>(null);
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
  const focus = (selector: string) => {
    root.current?.querySelector<HTMLElement>(selector)?.focus();
  };
  const toList = () => {
    focus('.parsess-Files');
  };
  return (
    <div className="parsess-Changes" ref={root} aria-busy={state.busy}>
      <Bar {...props} />
      <Outcome trans={trans} state={state} actions={actions} />
      {list && list.files.length > 0 ? (
        <div className="parsess-Changes-body">
          <Files
            context={context}
            state={state}
            actions={actions}
            files={list.files}
            stages={stages}
            onRevert={
              session.readOnly
                ? null
                : () => {
                    setAsking(state.path);
                  }
            }
            onEnter={() => {
              focus('.cm-content, .parsess-CellDiff');
            }}
          />
          {file && shown ? (
            <Detail
              context={context}
              actions={actions}
              file={file}
              shown={shown}
              layout={state.layout}
              comments={state.comments.filter(({ path }) => path === file.path)}
              draft={state.drafts.find(({ path }) => path === file.path) ?? null}
              stages={stages}
              reverts={!session.readOnly}
              busy={state.busy}
              asking={asking === file.path}
              onAsk={asks => {
                setAsking(asks ? file.path : null);
                if (!asks) {
                  toList();
                }
              }}
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
        <CommitBar
          trans={trans}
          files={list.files}
          leftOut={list.left_out}
          state={state}
          writes={session.writes}
          actions={actions}
        />
      )}
    </div>
  );
}

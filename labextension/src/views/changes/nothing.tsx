/** In place of the files: none, not looked yet, no repository, or why they can't be shown. */
import type { ReactElement } from 'react';

import type { IViewContext } from '../contract';
import type { IChangesActions, IChangesState } from './contract';

/** The server's words for it are of a directory that is being chosen; what can be done stands in the pane's head. */
const GONE: ReadonlySet<string> = new Set(['directory_missing', 'directory_gone']);

export interface INothingProps {
  readonly context: IViewContext;
  readonly state: IChangesState;
  readonly actions: IChangesActions;
}

export function Nothing({ context, state, actions }: INothingProps): ReactElement {
  const { trans } = context;
  const { problem, list, scope } = state;
  if (problem?.code === 'not_a_repository') {
    return (
      <div className="parsess-Nothing">
        <p>{trans.__('This directory is in no git repository, so there is nothing to compare with.')}</p>
        <p className="parsess-Quiet">
          {trans.__('What a turn changes is kept all the same: look at the last turn.')}
        </p>
        <Action
          label={trans.__('Show the last turn')}
          onClick={() => {
            actions.setScope('turn');
          }}
        />
      </div>
    );
  }
  if (problem?.code === 'no_snapshot') {
    return (
      <div className="parsess-Nothing">
        <p>{trans.__('There was no turn yet. What it changes will be shown here.')}</p>
      </div>
    );
  }
  if (problem) {
    return (
      <div className="parsess-Nothing" role="alert">
        <p>
          {GONE.has(problem.code)
            ? trans.__('The session’s directory is not there any more.')
            : problem.message}
        </p>
        <Action
          label={trans.__('Look again')}
          onClick={() => {
            actions.refresh();
          }}
        />
      </div>
    );
  }
  if (!list) {
    return (
      <div
        className="parsess-Nothing parsess-Skeleton"
        role="status"
        aria-label={trans.__('Looking for changes')}
      >
        <div />
        <div />
        <div />
      </div>
    );
  }
  return (
    <div className="parsess-Nothing">
      <p>
        {scope === 'turn'
          ? trans.__('The last turn changed no files.')
          : scope === 'branch'
            ? trans.__('Nothing changed since the branch began.')
            : trans.__('Everything is committed.')}
      </p>
      {scope === 'uncommitted' && (
        <Action
          label={trans.__('Show the whole branch')}
          onClick={() => {
            actions.setScope('branch');
          }}
        />
      )}
    </div>
  );
}

function Action({ label, onClick }: { label: string; onClick: () => void }): ReactElement {
  return (
    <button type="button" className="parsess-Button parsess-mod-link" onClick={onClick}>
      {label}
    </button>
  );
}

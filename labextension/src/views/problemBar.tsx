/** What keeps a session from going on, and the way out where there is one. */
import type { ReactElement } from 'react';

import { useAttempt } from './attempt';
import type { IViewContext } from './contract';
import { NoticeBar } from './notice';
import type { ISessionFacts } from './settings';

export interface IProblemBarProps {
  readonly context: IViewContext;
  readonly session: Pick<ISessionFacts, 'problem' | 'worktree' | 'readOnly'>;
}

export function ProblemBar({ context, session }: IProblemBarProps): ReactElement | null {
  const { trans, actions } = context;
  const { attempt, busy, error } = useAttempt();
  if (session.problem === null) {
    return null;
  }
  if (session.worktree?.status !== 'removed' || session.readOnly) {
    return <NoticeBar level="warning" text={session.problem} />;
  }
  return (
    <NoticeBar level="info" text={session.problem}>
      <button
        type="button"
        className="parsess-Button parsess-mod-small"
        disabled={busy}
        onClick={() => {
          attempt(() => actions.bringBack());
        }}
      >
        {busy ? trans.__('Bringing it back…') : trans.__('Bring it back')}
      </button>
      {error}
    </NoticeBar>
  );
}

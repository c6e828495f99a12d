/** How the worktree comes up: its steps as a list that ticks. */
import { useState, type ReactElement } from 'react';

import type { ISessionState } from '../session/state';
import { useAttempt } from './attempt';
import type { IViewContext } from './contract';
import { Fold } from './fold';
import { duration } from './format';
import { worktreeIcon } from './icons';
import { SetupStep } from './setupStep';
import { headline } from './setupWords';

export interface ISetupProps {
  readonly context: IViewContext;
  /** The worktree is there: something can be run in it. */
  readonly there: boolean;
  readonly state: Pick<ISessionState, 'worktree' | 'setup' | 'activity' | 'items'>;
}

export function Setup({ context, there, state }: ISetupProps): ReactElement | null {
  const { trans } = context;
  const { worktree, setup: steps } = state;
  const [opened, setOpened] = useState<boolean | null>(null);
  if (!worktree || (steps.length === 0 && worktree.status === 'ready')) {
    return null;
  }
  const calm =
    worktree.status === 'ready' && steps.every(({ status }) => ['done', 'skipped'].includes(status));
  const took = steps.reduce((sum, { seconds }) => sum + (seconds ?? 0), 0);
  return (
    <Fold
      className="parsess-Setup"
      status={worktree.status}
      open={opened ?? !calm}
      onToggle={setOpened}
      line={
        <>
          <worktreeIcon.react tag="span" className="parsess-Line-icon" />
          <span className="parsess-Line-verb">{headline(trans, worktree.status)}</span>
          <span className="parsess-Line-object">{worktree.branch ?? worktree.path}</span>
          {calm && <span className="parsess-Line-fact">{duration(trans, took * 1000)}</span>}
        </>
      }
    >
      <ul className="parsess-Setup-steps" aria-label={trans.__('Steps')}>
        {steps.map(step => (
          <SetupStep key={step.step} context={context} step={step} there={there} />
        ))}
      </ul>
      {worktree.status === 'failed' && state.activity !== 'archived' && (
        <Failed context={context} reason={reasonOf(state.items)} />
      )}
    </Fold>
  );
}

/** Why the worktree was not made, the last time. */
function reasonOf(items: ISessionState['items']): string {
  const failures = items.flatMap(item =>
    item.type === 'failure' && item.reason === 'worktree' ? [item.message] : []
  );
  return failures.at(-1) ?? '';
}

/** Nothing was made: try as it was, or ask for something else. */
function Failed({ context, reason }: { context: IViewContext; reason: string }): ReactElement {
  const { trans, actions } = context;
  const { attempt, busy, error } = useAttempt();
  return (
    <div className="parsess-Setup-failed">
      {reason !== '' && <p>{reason}</p>}
      <p className="parsess-Quiet">
        {trans.__('What had been made is gone again. Nothing else was touched.')}
      </p>
      <div className="parsess-Options">
        <button
          type="button"
          className="parsess-Button"
          disabled={busy}
          onClick={() => {
            attempt(() => actions.retryWorktree());
          }}
        >
          {trans.__('Try again')}
        </button>
        <button
          type="button"
          className="parsess-Button"
          disabled={busy}
          onClick={() => {
            actions.changeWorktree();
          }}
        >
          {trans.__('Retry with changes…')}
        </button>
      </div>
      {error}
    </div>
  );
}

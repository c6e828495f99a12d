/** That something goes on, for how long, and since when nothing was heard; a retry with its countdown. */
import { useState, type ReactElement } from 'react';

import type { IRetry, ISessionState, Item } from '../session/state';
import type { IViewContext } from './contract';
import { elapsed, ticking } from './format';
import { useNow } from './time';

/** Silence that is worth a word, in milliseconds. */
const QUIET = 15_000;

export interface IWorkingProps {
  readonly context: IViewContext;
  readonly state: Pick<ISessionState, 'activity' | 'items' | 'retry' | 'turnStartedAt' | 'lastAt'>;
}

export function Working({ context, state }: IWorkingProps): ReactElement | null {
  const { trans } = context;
  const runs = state.activity === 'running';
  const now = useNow(runs);
  if (!runs) {
    return null;
  }
  if (state.retry) {
    return <Retry context={context} retry={state.retry} now={now} />;
  }
  const since = elapsed(state.turnStartedAt, now) ?? 0;
  const silence = elapsed(state.lastAt, now) ?? 0;
  return (
    <div className="parsess-Working" aria-live="off">
      <span className="parsess-Working-sign" aria-hidden="true" />
      <span>{trans.__('Working for %1', ticking(trans, since))}</span>
      {waitsForTerminal(state.items) ? (
        <span>{trans.__('waits for the command in your terminal')}</span>
      ) : (
        silence > QUIET && <span>{trans.__('nothing new for %1', ticking(trans, silence))}</span>
      )}
    </div>
  );
}

/** What a person runs may take its time: that nothing new comes is no sign of anything. */
function waitsForTerminal(items: readonly Item[]): boolean {
  return items.some(item => item.type === 'tool' && item.terminal !== null && item.status === 'in_progress');
}

interface IRetryProps {
  readonly context: IViewContext;
  readonly retry: IRetry;
  readonly now: number;
}

function Retry({ context: { trans, actions }, retry, now }: IRetryProps): ReactElement {
  const [stopping, setStopping] = useState(false);
  // The event tells which attempt failed; what is waited for is the next.
  const next = retry.attempt + 1;
  const left = Math.max(0, Math.ceil(retry.delay - (elapsed(retry.at, now) ?? 0) / 1000));
  return (
    <div className="parsess-Working parsess-Retry" aria-live="off">
      <span className="parsess-Working-sign" aria-hidden="true" />
      <span>{retry.message}</span>
      <span>
        {left > 0
          ? trans.__('attempt %1 of %2 in %3 s', next, retry.attempts, left)
          : trans.__('attempt %1 of %2', next, retry.attempts)}
      </span>
      <button
        type="button"
        className="parsess-Button parsess-mod-small"
        disabled={stopping}
        onClick={() => {
          setStopping(true);
          void actions.stop().finally(() => {
            setStopping(false);
          });
        }}
      >
        {trans.__('Give up')}
      </button>
    </div>
  );
}

/** One line on what a worktree has not, with the way to get it. */
import { useState, type ReactElement } from 'react';

import type { WorktreeSummary } from '../protocol';
import { useAttempt } from './attempt';
import type { IViewContext } from './contract';
import { closeIcon, infoIcon } from './icons';

export interface ILacksProps {
  readonly context: IViewContext;
  readonly worktree: WorktreeSummary | null;
}

export function Lacks({ context, worktree }: ILacksProps): ReactElement | null {
  const { trans, actions } = context;
  const [dismissed, setDismissed] = useState('');
  const [said, setSaid] = useState('');
  const { attempt, busy, error } = useAttempt();
  // What has landed lacks nothing that anybody waits for.
  const lacks = worktree?.status === 'ready' && !worktree.landed ? (worktree.lacks ?? null) : null;
  const line = said === '' ? (lacks?.line ?? '') : said;
  if (line === '' || line === dismissed) {
    return null;
  }
  const carry = () => {
    attempt(async () => {
      const count = await actions.carryOver();
      setSaid(trans._n('Carried %1 file over.', 'Carried %1 files over.', count));
    });
  };
  return (
    <div className="parsess-Bar parsess-Lacks" role="group" aria-label={trans.__('What this worktree lacks')}>
      <infoIcon.react tag="span" className="parsess-Line-icon" />
      <span className="parsess-Lacks-line" title={line}>
        {line}
      </span>
      {said === '' && lacks !== null && lacks.uncommitted > 0 && (
        <button
          type="button"
          className="parsess-Button parsess-mod-small"
          disabled={busy}
          title={lacks.uncommitted_files.join('\n')}
          onClick={carry}
        >
          {trans.__('Carry over')}
        </button>
      )}
      <button
        type="button"
        className="parsess-IconButton"
        aria-label={trans.__('Dismiss')}
        title={trans.__('Dismiss')}
        onClick={() => {
          setDismissed(line);
          setSaid('');
        }}
      >
        <closeIcon.react tag="span" />
      </button>
      {error}
    </div>
  );
}

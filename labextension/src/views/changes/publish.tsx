/** The other way out: push the branch, and a pull request where a tool for it is there. */
import { useState, type ReactElement } from 'react';

import type { LandInfo, PullRequest } from '../../protocol';
import { useAttempt } from '../attempt';
import type { IViewContext } from '../contract';
import type { ILandActions } from './contract';

export interface IPublishProps {
  readonly context: IViewContext;
  readonly landing: ILandActions;
  readonly info: LandInfo;
  /** Title of the pull request. */
  readonly name: string;
  readonly shorten: (path: string) => string;
}

export function Publish({ context, landing, info, name }: IPublishProps): ReactElement | null {
  const { trans } = context;
  const [said, setSaid] = useState('');
  const { attempt, busy, error } = useAttempt();
  const [request, setRequest] = useState<PullRequest | null>(null);
  if (info.remotes.length === 0 || info.branch === null) {
    return null;
  }
  return (
    <div className="parsess-Publish" role="group" aria-label={trans.__('Push')}>
      <span className="parsess-Quiet">{trans.__('Or publish the branch:')}</span>
      <button
        type="button"
        className="parsess-Button parsess-mod-small"
        disabled={busy}
        onClick={() => {
          attempt(async () => {
            setSaid(trans.__('Pushed to %1.', await landing.push()));
          });
        }}
      >
        {trans.__('Push %1', info.branch)}
      </button>
      {info.forge && info.target !== null && (
        <button
          type="button"
          className="parsess-Button parsess-mod-small"
          disabled={busy}
          title={trans.__('Push, then open a pull request into %1', info.target)}
          onClick={() => {
            const target = info.target ?? '';
            attempt(async () => {
              await landing.push();
              await landing.openPullRequest({ target, title: name });
              setRequest(await landing.pullRequest());
            });
          }}
        >
          {trans.__('Open a pull request')}
        </button>
      )}
      {said !== '' && <span role="status">{said}</span>}
      {request && (
        <a href={request.url} target="_blank" rel="noreferrer noopener">
          {request.url}
        </a>
      )}
      {request && <Checks context={context} request={request} />}
      {error}
    </div>
  );
}

function Checks({
  context: { trans },
  request
}: {
  context: IViewContext;
  request: PullRequest;
}): ReactElement {
  const checks = Object.entries(request.checks ?? {});
  return (
    <ul className="parsess-Publish-checks" aria-label={trans.__('Checks')}>
      {checks.map(([name, state]) => (
        <li key={name}>{trans.__('%1: %2', name, String(state))}</li>
      ))}
    </ul>
  );
}

/** A session before its first prompt: what it can do here, and tasks to begin with. */
import type { TranslationBundle } from '@jupyterlab/translation';
import { UUID } from '@lumino/coreutils';
import { useState, type ReactElement } from 'react';

import { messageOf } from '../server/request';
import type { ISessionState } from '../session/state';
import type { IViewContext } from './contract';
import type { ISessionFacts } from './settings';

export interface IEmptyProps {
  readonly context: IViewContext;
  readonly state: ISessionState;
  readonly session: ISessionFacts;
  readonly shorten: (path: string) => string;
}

export function Empty({ context, state, session, shorten }: IEmptyProps): ReactElement {
  const { trans, actions } = context;
  const [error, setError] = useState('');
  const place = shorten(state.directory ?? session.directory);
  const locked = session.readOnly || state.archived;
  return (
    <div className="parsess-Empty">
      <p>
        {session.branch === null
          ? trans.__('%1 works in %2.', session.agentName, place)
          : trans.__('%1 works in %2, on branch %3.', session.agentName, place, session.branch)}
      </p>
      <p className="parsess-Quiet">{promise(trans, state.mode)}</p>
      {!locked && (
        <ul className="parsess-Empty-examples" aria-label={trans.__('Examples')}>
          {examples(trans, session.agent).map(text => (
            <li key={text}>
              <button
                type="button"
                className="parsess-Button parsess-mod-link"
                onClick={() => {
                  actions.send(UUID.uuid4(), text, [], 'queue').catch((reason: unknown) => {
                    setError(messageOf(reason));
                  });
                }}
              >
                {text}
              </button>
            </li>
          ))}
        </ul>
      )}
      {error !== '' && <p className="parsess-Error">{error}</p>}
      {session.unconfigured !== null && <p className="parsess-Quiet">{session.unconfigured}</p>}
    </div>
  );
}

/** What the mode lets it do unasked. */
function promise(trans: TranslationBundle, mode: string): string {
  switch (mode) {
    case 'ask':
      return trans.__('It reads here freely and asks before it writes or runs anything.');
    case 'accept_edits':
      return trans.__('It reads and edits files here freely and asks before it runs anything.');
    case 'plan':
      return trans.__('It reads here freely and changes nothing.');
    case 'auto':
      return trans.__('It does what the rules allow and asks for the rest.');
    case 'bypass':
      return trans.__('It does everything without asking.');
    default:
      return '';
  }
}

function examples(trans: TranslationBundle, agent: string): readonly string[] {
  // Tour understands these words only, in any language.
  return agent === 'tour'
    ? ['tour', 'run git status', 'search TODO']
    : [
        trans.__('Explain what this project does and how it is laid out.'),
        trans.__('Run the tests and fix what fails.'),
        trans.__('Look at the uncommitted changes and review them.')
      ];
}

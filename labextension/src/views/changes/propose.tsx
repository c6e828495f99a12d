/** Beside the message of a commit: have the agent write it, wait for that, and take what it wrote. */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';

import type { IProposal } from '../../session/proposal';
import { closeIcon } from '../icons';
import type { IChangesActions } from './contract';

export interface IProposeProps {
  readonly trans: TranslationBundle;
  readonly proposal: IProposal | null;
  /** There is something to commit. */
  readonly possible: boolean;
  readonly onPropose: () => void;
  readonly actions: IChangesActions;
}

export function Propose({ trans, proposal, possible, onPropose, actions }: IProposeProps): ReactElement {
  const giveUp = () => {
    actions.giveUpProposal();
  };
  if (proposal?.stage === 'offered') {
    return (
      <>
        <button
          type="button"
          className="parsess-Button parsess-mod-link parsess-CommitBar-propose"
          title={proposal.message}
          onClick={() => {
            actions.useProposal();
          }}
        >
          {trans.__('Use the agent’s message')}
        </button>
        <button
          type="button"
          className="parsess-IconButton"
          aria-label={trans.__('Discard the agent’s message')}
          title={trans.__('Discard the agent’s message')}
          onClick={giveUp}
        >
          <closeIcon.react tag="span" />
        </button>
      </>
    );
  }
  // One button for both, so that the keyboard stays on it; the second click of a double one gives nothing up.
  return (
    <>
      <span className="parsess-CommitBar-awaited" role="status">
        {proposal && awaited(trans, proposal.stage)}
      </span>
      <button
        type="button"
        className="parsess-Button parsess-mod-link parsess-CommitBar-propose"
        disabled={!proposal && !possible}
        title={
          proposal
            ? trans.__('Have no message written')
            : trans.__('Ask the agent for a commit message; what it writes comes into the field')
        }
        onClick={event => {
          if (event.detail < 2) {
            (proposal ? giveUp : onPropose)();
          }
        }}
      >
        {proposal ? trans.__('Give up') : trans.__('Let the agent propose')}
      </button>
    </>
  );
}

/** In its place where the agent has no words of its own. */
export function NeedsModel({ trans }: { readonly trans: TranslationBundle }): ReactElement {
  return (
    <span
      className="parsess-CommitBar-awaited"
      title={trans.__('The tour is a script. Sessions with a model propose commit messages.')}
    >
      {trans.__('Proposals need a model')}
    </span>
  );
}

function awaited(trans: TranslationBundle, stage: IProposal['stage']): string {
  return stage === 'queued' ? trans.__('Waits for its turn…') : trans.__('The agent writes…');
}

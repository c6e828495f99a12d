/** The agent is asked for the message of the next commit, and what it writes goes into the field. */
import type { TranslationBundle } from '@jupyterlab/translation';
import { UUID } from '@lumino/coreutils';

import { followProposal } from '../session/proposal';
import type { ISessionState } from '../session/state';
import type { IChangesActions } from '../views/changes/contract';
import type { IPaneActions } from '../views/contract';
import type { ChangesModel } from './changesModel';

export interface IProposingPlace {
  readonly trans: TranslationBundle;
  readonly model: ChangesModel;
  readonly pane: Pick<IPaneActions, 'send' | 'stop' | 'removeQueued'>;
}

export class Proposing implements Pick<IChangesActions, 'propose' | 'giveUpProposal' | 'useProposal'> {
  constructor(private readonly place: IProposingPlace) {}

  readonly propose = (all: boolean): void => {
    const { trans, model, pane } = this.place;
    const { message } = model.state;
    const prompt = this.unsent;
    const over = message === this.used ? message : '';
    model.write({ proposal: { prompt, over, stage: 'sent', seq: 0, message: '' } });
    void model.act(async () => {
      try {
        await pane.send(prompt, request(trans, all), [], 'queue');
        this.unsent = UUID.uuid4();
      } catch (error) {
        this.drop(prompt);
        throw error;
      }
      return undefined;
    });
  };

  /** Also the agent need not write it any more. */
  readonly giveUpProposal = (): void => {
    const { model, pane } = this.place;
    const { proposal } = model.state;
    model.write({ proposal: null });
    if (proposal?.stage === 'queued' || proposal?.stage === 'writing') {
      void model.act(async () => {
        await (proposal.stage === 'queued' ? pane.removeQueued(proposal.prompt) : pane.stop());
        return undefined;
      });
    }
  };

  readonly useProposal = (): void => {
    const { model } = this.place;
    const message = model.state.proposal?.message ?? '';
    this.used = message;
    model.write({ message, proposal: null });
  };

  /** The session told something. */
  follow(session: ISessionState): void {
    const { trans, model } = this.place;
    const { proposal, message } = model.state;
    const next = proposal && followProposal(proposal, session);
    if (next === proposal) {
      return;
    }
    if (next === 'none') {
      model.fail(new Error(trans.__('The agent answered without a commit message.')));
    }
    model.write({ proposal: typeof next === 'string' ? null : next });
    if (model.state.proposal?.stage === 'offered' && (message.trim() === '' || message === proposal?.over)) {
      this.useProposal();
    }
  }

  private drop(prompt: string): void {
    const { model } = this.place;
    if (model.state.proposal?.prompt === prompt) {
      model.write({ proposal: null });
    }
  }

  /** The next prompt's id; the same until it has arrived, so that it can't arrive twice. */
  private unsent = UUID.uuid4();
  /** What the agent wrote and was put into the field. */
  private used: string | null = null;
}

function request(trans: TranslationBundle, all: boolean): string {
  const what = all
    ? trans.__('all uncommitted changes (`git status`, `git diff HEAD`)')
    : trans.__('what is staged (`git diff --cached`)');
  return trans.__(
    'Write a commit message for %1. Answer with the message alone, in one fenced code block: a short subject, and if there is more to say, an empty line and a body. Do not commit anything.',
    what
  );
}

/** What a person does with the changes of a session. */
import { PathExt } from '@jupyterlab/coreutils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { UUID } from '@lumino/coreutils';

import { reviewPrompt } from '../session/comments';
import type { IChangesActions, IChangesState } from '../views/changes/contract';
import { placeWord } from '../views/changes/words';
import type { IPaneActions } from '../views/contract';
import type { ChangesModel } from './changesModel';

export interface IChangesPlace {
  readonly trans: TranslationBundle;
  readonly model: ChangesModel;
  readonly pane: Pick<IPaneActions, 'send' | 'openFile'>;
  readonly proposing: Pick<IChangesActions, 'propose' | 'giveUpProposal' | 'useProposal'>;
  /** Begin to watch anew, and look. */
  readonly look: () => void;
}

export function changesActions({ trans, model, pane, proposing, look }: IChangesPlace): IChangesActions {
  const others = (path: string) => model.state.drafts.filter(draft => draft.path !== path);
  const idOf = sameAgain();
  return {
    setScope: scope => {
      model.setScope(scope);
    },
    select: path => {
      model.select(path);
    },
    setLayout: layout => {
      model.setLayout(layout);
    },
    refresh: look,
    stage: (path, hunks) => {
      void model.act(async server => {
        await server.stage(path, hunks);
        return undefined;
      });
    },
    unstage: (path, hunks) => {
      void model.act(async server => {
        await server.unstage(path, hunks);
        return undefined;
      });
    },
    revert: (path, hunks) => {
      void model.act(async (server, scope) => ({
        reverted: await server.revert(path, scope, hunks)
      }));
    },
    undoRevert: () => {
      const { reverted } = model.state;
      if (reverted) {
        void model.act(async server => {
          await server.undoRevert(reverted);
          return undefined;
        });
      }
    },
    writeMessage: message => {
      model.write({ message });
    },
    commit: all => {
      const { message } = model.state;
      void model.act(async server => {
        const committed = await server.commit(message, all);
        if (model.state.message === message) {
          model.write({ message: '', proposal: null });
        }
        return { committed };
      });
    },
    dismiss: () => {
      model.dismiss();
    },
    draftComment: (path, draft) => {
      model.write({ drafts: [...others(path), ...(draft ? [draft] : [])] });
    },
    addComment: draft => {
      const comments = [...model.state.comments, { ...draft, id: UUID.uuid4() }];
      model.write({ comments, drafts: others(draft.path) });
    },
    editComment: (id, text) => {
      model.write({ comments: model.state.comments.map(one => (one.id === id ? { ...one, text } : one)) });
    },
    removeComment: id => {
      model.write({ comments: model.state.comments.filter(one => one.id !== id) });
    },
    sendComments: () => {
      void model.act(async () => {
        const sent = model.state.comments;
        await pane.send(idOf(sent), review(trans, sent), [], 'queue');
        model.write({ comments: model.state.comments.filter(one => !sent.includes(one)) });
        return undefined;
      });
    },
    propose: proposing.propose,
    giveUpProposal: proposing.giveUpProposal,
    useProposal: proposing.useProposal,
    open: (path, line) => {
      const top = model.state.list?.top ?? '';
      pane.openFile(PathExt.join(top, path), line);
    },
    showPanel: panel => {
      model.setPanel(panel);
    }
  };
}

function review(trans: TranslationBundle, comments: IChangesState['comments']): string {
  return reviewPrompt(comments, {
    opening: trans.__('I looked through the changes. Please see to these comments:'),
    where: place => placeWord(trans, place)
  });
}

/** An id for the prompt that remarks become: the same for the same remarks, so that they can't arrive twice. */
function sameAgain(): (comments: IChangesState['comments']) => string {
  let last = { comments: [] as IChangesState['comments'], id: '' };
  return comments => {
    if (comments !== last.comments) {
      last = { comments, id: UUID.uuid4() };
    }
    return last.id;
  };
}

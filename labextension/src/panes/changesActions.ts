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
  /** Put a prompt into the composer. */
  readonly propose: (text: string) => void;
  /** Begin to watch anew, and look. */
  readonly look: () => void;
}

export function changesActions({ trans, model, pane, propose, look }: IChangesPlace): IChangesActions {
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
    commit: message => model.act(async server => ({ committed: await server.commit(message) })),
    dismiss: () => {
      model.dismiss();
    },
    addComment: (path, place, quote, text) => {
      model.addComment(path, place, quote, text);
    },
    editComment: (id, text) => {
      model.editComment(id, text);
    },
    removeComment: id => {
      model.removeComment(id);
    },
    sendComments: () => {
      void model.act(async () => {
        await pane.send(UUID.uuid4(), review(trans, model.state.comments), [], 'queue');
        model.clearComments();
        return undefined;
      });
    },
    propose: () => {
      propose(
        trans.__(
          'Propose a commit message for what is staged (`git diff --cached`). Answer with the message alone, and do not commit.'
        )
      );
    },
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

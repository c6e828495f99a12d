/** The message of the next commit, which takes what is staged; where nothing is, all there is. */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';

import type { IFileChange } from '../../session/changes';
import type { IChangesActions, IChangesState } from './contract';
import { NeedsModel, Propose } from './propose';

export interface ICommitBarProps {
  readonly trans: TranslationBundle;
  readonly files: readonly IFileChange[];
  /** Changed files that are not in the list. */
  readonly leftOut: number;
  readonly state: Pick<IChangesState, 'message' | 'proposal' | 'busy'>;
  /** The agent has a model that can write a message. */
  readonly writes: boolean;
  readonly actions: IChangesActions;
}

export function CommitBar({ trans, files, leftOut, state, writes, actions }: ICommitBarProps): ReactElement {
  const { message, proposal, busy } = state;
  const staged = files.filter(file => file.staged !== 'none').length;
  const all = staged === 0;
  const count = all ? files.filter(({ kind }) => kind !== 'repository').length + leftOut : staged;
  const canCommit = count > 0 && message.trim() !== '' && !busy;
  const commit = () => {
    if (canCommit) {
      actions.commit(all);
    }
  };
  return (
    <form
      className="parsess-CommitBar"
      aria-label={trans.__('Commit')}
      onSubmit={event => {
        event.preventDefault();
        commit();
      }}
    >
      <textarea
        className="parsess-Input"
        aria-label={trans.__('Commit message')}
        placeholder={trans.__('Commit message')}
        rows={Math.min(6, message.split('\n').length)}
        value={message}
        onChange={event => {
          actions.writeMessage(event.target.value);
        }}
        onKeyDown={event => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
            event.preventDefault();
            commit();
          }
        }}
      />
      <div className="parsess-CommitBar-end">
        {writes ? (
          <Propose
            trans={trans}
            proposal={proposal}
            possible={count > 0}
            onPropose={() => {
              actions.propose(all);
            }}
            actions={actions}
          />
        ) : (
          <NeedsModel trans={trans} />
        )}
        <button
          type="submit"
          className="parsess-Button"
          disabled={!canCommit}
          title={all ? trans.__('Nothing is staged: everything in the list is committed') : undefined}
        >
          {all
            ? trans._n('Commit %1 file', 'Commit all %1 files', count)
            : trans._n('Commit %1 staged file', 'Commit %1 staged files', count)}
        </button>
      </div>
    </form>
  );
}

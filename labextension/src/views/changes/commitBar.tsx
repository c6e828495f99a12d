/** The message of the next commit, which takes what is staged; where nothing is, all there is. */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';

import type { IFileChange } from '../../session/changes';
import type { IChangesActions } from './contract';

export interface ICommitBarProps {
  readonly trans: TranslationBundle;
  readonly files: readonly IFileChange[];
  /** Changed files that are not in the list. */
  readonly leftOut: number;
  readonly message: string;
  readonly busy: boolean;
  readonly actions: IChangesActions;
}

export function CommitBar({ trans, files, leftOut, message, busy, actions }: ICommitBarProps): ReactElement {
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
        <button
          type="button"
          className="parsess-Button parsess-mod-link parsess-CommitBar-propose"
          disabled={count === 0}
          title={trans.__('Put a prompt into the composer that asks for a commit message')}
          onClick={() => {
            actions.propose(all);
          }}
        >
          {trans.__('Let the agent propose')}
        </button>
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

/** The message of the next commit, which takes what is staged. */
import type { TranslationBundle } from '@jupyterlab/translation';
import { useState, type ReactElement } from 'react';

import type { IFileChange } from '../../session/changes';
import type { IChangesActions } from './contract';

export interface ICommitBarProps {
  readonly trans: TranslationBundle;
  readonly files: readonly IFileChange[];
  readonly busy: boolean;
  readonly actions: IChangesActions;
}

export function CommitBar({ trans, files, busy, actions }: ICommitBarProps): ReactElement {
  const [message, setMessage] = useState('');
  const staged = files.filter(file => file.staged !== 'none').length;
  const canCommit = staged > 0 && message.trim() !== '' && !busy;
  const commit = () => {
    if (canCommit) {
      void actions.commit(message).then(done => {
        if (done) {
          setMessage('');
        }
      });
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
        placeholder={
          staged === 0 ? trans.__('Stage files or hunks, then commit') : trans.__('Commit message')
        }
        rows={Math.min(6, message.split('\n').length)}
        value={message}
        onChange={event => {
          setMessage(event.target.value);
        }}
        onKeyDown={event => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
            event.preventDefault();
            commit();
          }
        }}
      />
      <button
        type="button"
        className="parsess-Button parsess-mod-link parsess-CommitBar-propose"
        disabled={staged === 0}
        title={trans.__('Put a prompt into the composer that asks for a commit message')}
        onClick={() => {
          actions.propose();
        }}
      >
        {trans.__('Let the agent propose')}
      </button>
      <button type="submit" className="parsess-Button" disabled={!canCommit}>
        {trans.__('Commit')}
        {staged > 0 && (
          <span className="parsess-CommitBar-count">{trans._n('%1 file', '%1 files', staged)}</span>
        )}
      </button>
    </form>
  );
}

/** What came of the last action: an error, a revert that can be undone, a commit. */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';

import { closeIcon, doneIcon, failedIcon, rewindIcon } from '../icons';
import type { IChangesActions, IChangesState } from './contract';

export interface IOutcomeProps {
  readonly trans: TranslationBundle;
  readonly state: IChangesState;
  readonly actions: IChangesActions;
}

export function Outcome({ trans, state, actions }: IOutcomeProps): ReactElement | null {
  const { error, reverted, committed } = state;
  if (error === null && reverted === null && committed === null) {
    return null;
  }
  const Icon = error !== null ? failedIcon : reverted ? rewindIcon : doneIcon;
  return (
    <div
      className={`parsess-Bar${error === null ? '' : ' parsess-mod-error'}`}
      role={error === null ? 'status' : 'alert'}
    >
      <Icon.react tag="span" className="parsess-Line-icon" />
      <span>{error ?? said(trans, state)}</span>
      {reverted && (
        <button
          type="button"
          className="parsess-Button parsess-mod-small"
          onClick={() => {
            actions.undoRevert();
          }}
        >
          {trans.__('Undo')}
        </button>
      )}
      <span className="parsess-Line-space" />
      <button
        type="button"
        className="parsess-IconButton"
        aria-label={trans.__('Dismiss')}
        title={trans.__('Dismiss')}
        onClick={() => {
          actions.dismiss();
        }}
      >
        <closeIcon.react tag="span" />
      </button>
    </div>
  );
}

function said(trans: TranslationBundle, { reverted, committed }: IChangesState): string {
  if (reverted) {
    const [first = ''] = reverted.paths;
    return reverted.paths.length === 1
      ? trans.__('Took changes of %1 back.', first)
      : trans._n('Took changes of %1 file back.', 'Took changes of %1 files back.', reverted.paths.length);
  }
  const words = trans.__('Committed %1 “%2”.', committed?.id.slice(0, 9) ?? '', committed?.subject ?? '');
  return [words, committed?.note ?? ''].join(' ').trim();
}

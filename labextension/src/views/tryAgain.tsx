/** Sends the last prompt once more. */
import type { TranslationBundle } from '@jupyterlab/translation';
import { useState, type ReactElement } from 'react';

import { messageOf } from '../server/request';

export interface ITryAgainProps {
  readonly trans: TranslationBundle;
  readonly onTryAgain: () => Promise<void>;
}

export function TryAgain({ trans, onTryAgain }: ITryAgainProps): ReactElement {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState('');
  return (
    <>
      <button
        type="button"
        className="parsess-Button"
        disabled={busy}
        onClick={() => {
          setBusy(true);
          setError('');
          onTryAgain()
            .catch((reason: unknown) => {
              setError(messageOf(reason));
            })
            .finally(() => {
              setBusy(false);
            });
        }}
      >
        {trans.__('Try again')}
      </button>
      {error !== '' && <span className="parsess-Error">{error}</span>}
    </>
  );
}

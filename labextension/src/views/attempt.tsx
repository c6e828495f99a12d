/** One action at a time, its error in words. */
import { useState, type ReactElement } from 'react';

import { messageOf } from '../server/request';

export interface IAttempt {
  readonly attempt: (work: () => Promise<void>) => void;
  readonly busy: boolean;
  readonly error: ReactElement | null;
}

export function useAttempt(): IAttempt {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState('');
  const attempt = (work: () => Promise<void>) => {
    setBusy(true);
    setError('');
    work()
      .catch((reason: unknown) => {
        setError(messageOf(reason));
      })
      .finally(() => {
        setBusy(false);
      });
  };
  const shown =
    error === '' ? null : (
      <p className="parsess-Error" role="alert">
        {error}
      </p>
    );
  return { attempt, busy, error: shown };
}

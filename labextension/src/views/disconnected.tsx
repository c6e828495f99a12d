/** The server can't be reached; what is here stays readable. */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';

export function Disconnected({ trans }: { readonly trans: TranslationBundle }): ReactElement {
  return (
    <div className="parsess-Bar parsess-Disconnected" aria-live="polite">
      {trans.__('Reconnecting… your session goes on running')}
    </div>
  );
}

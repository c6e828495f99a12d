/** A pane whose session the server doesn't have: deleted, or of another server. */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';

export interface IGoneProps {
  readonly trans: TranslationBundle;
  readonly onClose: () => void;
  readonly onNewSession: () => void;
}

export function Gone({ trans, onClose, onNewSession }: IGoneProps): ReactElement {
  return (
    <div className="parsess-Gone">
      <p>{trans.__('This session no longer exists on the server.')}</p>
      <p className="parsess-Quiet">
        {trans.__('It was deleted, or this page now speaks to another server.')}
      </p>
      <div className="parsess-Buttons">
        <button type="button" className="parsess-Button" onClick={onNewSession}>
          {trans.__('New session here')}
        </button>
        <button type="button" className="parsess-Button" onClick={onClose}>
          {trans.__('Close pane')}
        </button>
      </div>
    </div>
  );
}

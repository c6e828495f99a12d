/** One line: the session went back, and how to take that back. */
import { useState, type ReactElement } from 'react';

import type { IRewoundItem } from '../session/state';
import type { IViewContext } from './contract';
import { rewindIcon } from './icons';

export interface IRewoundProps {
  readonly context: IViewContext;
  readonly item: IRewoundItem;
}

export function Rewound({ context, item }: IRewoundProps): ReactElement {
  const { trans, actions } = context;
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState('');
  const undo = () => {
    setBusy(true);
    setError('');
    actions
      .rewind({ to: item.seq, what: item.what, consent_external: true })
      .catch((reason: unknown) => {
        setError(reason instanceof Error ? reason.message : String(reason));
      })
      .finally(() => {
        setBusy(false);
      });
  };
  return (
    <div className="parsess-Line parsess-Rewound">
      <rewindIcon.react tag="span" className="parsess-Line-icon" />
      <span className="parsess-Line-verb">{words(context, item)}</span>
      {item.what !== 'conversation' && (
        <span className="parsess-Line-fact">{trans._n('%1 file', '%1 files', item.files)}</span>
      )}
      <button
        type="button"
        className="parsess-Button parsess-mod-link"
        disabled={busy}
        title={trans.__('Bring back what this took away')}
        onClick={undo}
      >
        {trans.__('Undo')}
      </button>
      {error !== '' && (
        <span className="parsess-Error" role="alert">
          {error}
        </span>
      )}
    </div>
  );
}

function words({ trans }: IViewContext, { what, undoes }: IRewoundItem): string {
  if (undoes !== null) {
    return trans.__('Took a rewind back');
  }
  switch (what) {
    case 'files':
      return trans.__('Rewound the files');
    case 'conversation':
      return trans.__('Rewound the conversation');
    case 'both':
      return trans.__('Rewound files and conversation');
  }
}

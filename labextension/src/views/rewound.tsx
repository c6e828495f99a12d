/** One line: the session went back, and how to take that back. */
import { useState, type ReactElement } from 'react';

import { messageOf, ServerError } from '../server/request';
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
  /** Files that somebody has changed since: they are shown before anything is written over. */
  const [external, setExternal] = useState<readonly string[]>([]);
  const undo = () => {
    setBusy(true);
    setError('');
    actions
      .rewind({ to: item.seq, what: item.what, ...(external.length > 0 ? { consent_external: true } : {}) })
      .catch((reason: unknown) => {
        setExternal(externalOf(reason));
        setError(messageOf(reason));
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
        {external.length > 0 ? trans.__('Undo all the same') : trans.__('Undo')}
      </button>
      {error !== '' && (
        <span className="parsess-Error" role="alert" title={external.join('\n')}>
          {error}
        </span>
      )}
    </div>
  );
}

function externalOf(reason: unknown): readonly string[] {
  const known = reason instanceof ServerError && reason.code === 'external_edits';
  return known && Array.isArray(reason.details.files) ? reason.details.files.map(String) : [];
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

/** Why the work did not land, and who can mend it. */
import type { TranslationBundle } from '@jupyterlab/translation';
import { useEffect, useRef, useState, type ReactElement } from 'react';

import type { ILanding } from '../../server/changes';
import { messageOf } from '../../server/request';
import { failedIcon } from '../icons';
import type { ILandActions } from './contract';
import type { IRefusal } from './landWords';

export interface IRefusalProps {
  readonly trans: TranslationBundle;
  readonly landing: ILandActions;
  readonly refusal: IRefusal;
  readonly target: string;
  readonly how: ILanding['how'];
}

/** Why it did not land; nothing has changed then. */
export function Refusal({ trans, landing, refusal, target, how }: IRefusalProps): ReactElement {
  const [sent, setSent] = useState(false);
  const [error, setError] = useState('');
  const node = useRef<HTMLDivElement>(null);
  useEffect(() => {
    node.current?.scrollIntoView({ block: 'nearest' });
  }, [refusal]);
  return (
    <div className="parsess-Refusal" role="alert" ref={node}>
      <failedIcon.react tag="span" className="parsess-Line-icon" />
      <div className="parsess-Refusal-body">
        <p>{refusal.message}</p>
        {refusal.advice !== '' && <p className="parsess-Quiet">{refusal.advice}</p>}
        {refusal.files.length > 0 && (
          <ul className="parsess-Refusal-files">
            {refusal.files.map(file => (
              <li key={file}>{file}</li>
            ))}
          </ul>
        )}
        {refusal.code === 'conflict' && (
          <button
            type="button"
            className="parsess-Button"
            disabled={sent}
            onClick={() => {
              setSent(true);
              setError('');
              landing.resolve(target, how, refusal.files).catch((reason: unknown) => {
                setSent(false);
                setError(messageOf(reason));
              });
            }}
          >
            {sent ? trans.__('Asked the agent') : trans.__('Let the agent resolve')}
          </button>
        )}
        {error !== '' && <p className="parsess-Error">{error}</p>}
      </div>
    </div>
  );
}

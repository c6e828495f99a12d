/** Why a turn failed, in one sentence, with the next step; details folded. */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';

import type { IFailureItem } from '../session/state';
import { failedIcon } from './icons';
import { TryAgain } from './tryAgain';

export interface IFailureProps {
  readonly trans: TranslationBundle;
  readonly item: IFailureItem;
  /** Null: it isn't the last thing that happened. */
  readonly onTryAgain: (() => Promise<void>) | null;
}

export function Failure({ trans, item, onTryAgain }: IFailureProps): ReactElement {
  return (
    <div className="parsess-Failure" role="group" aria-label={trans.__('The turn failed')}>
      <failedIcon.react tag="span" className="parsess-Line-icon" />
      <div className="parsess-Failure-body">
        <p>{item.message}</p>
        {onTryAgain && <TryAgain trans={trans} onTryAgain={onTryAgain} />}
        {item.detail !== null && item.detail !== '' && (
          <details className="parsess-Details">
            <summary>{trans.__('Details')}</summary>
            <pre className="parsess-Pre">{item.detail}</pre>
          </details>
        )}
      </div>
    </div>
  );
}

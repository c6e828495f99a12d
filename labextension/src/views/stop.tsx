/** A turn that ended otherwise than by itself. */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';

import type { IStopItem } from '../session/state';
import { interruptedIcon } from './icons';
import { TryAgain } from './tryAgain';

export interface IStopProps {
  readonly trans: TranslationBundle;
  readonly item: IStopItem;
  /** Null: it isn't the last thing that happened. */
  readonly onTryAgain: (() => Promise<void>) | null;
}

export function Stop({ trans, item, onTryAgain }: IStopProps): ReactElement {
  return (
    <div className="parsess-Line parsess-Stop">
      <interruptedIcon.react tag="span" className="parsess-Line-icon" />
      <span className="parsess-Notice-text">{words(trans, item.reason)}</span>
      {item.reason === 'interrupted' && onTryAgain && <TryAgain trans={trans} onTryAgain={onTryAgain} />}
    </div>
  );
}

function words(trans: TranslationBundle, reason: string): string {
  switch (reason) {
    case 'cancelled':
      return trans.__('You stopped this turn. What was done so far stays.');
    case 'interrupted':
      return trans.__('The server ended during this turn. What was done so far stays.');
    case 'refusal':
      return trans.__('The model declined to go on. Put it in other words, or begin a new session.');
    case 'max_tokens':
      return trans.__('The answer was cut at the longest length allowed. Ask to go on.');
    case 'max_turn_requests':
      return trans.__('Stopped after as many steps as one turn may take. Ask to go on.');
    default:
      return trans.__('The turn ended: %1.', reason);
  }
}

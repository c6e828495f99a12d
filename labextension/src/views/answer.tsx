/** The answer that was given to a question, as one line. */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';

import type { IAnswerItem } from '../session/state';
import { allowedIcon, deniedIcon } from './icons';
import { optionLabel } from './optionLabel';

export interface IAnswerProps {
  readonly trans: TranslationBundle;
  readonly item: IAnswerItem;
}

export function Answer({ trans, item }: IAnswerProps): ReactElement {
  const Icon = item.allowed ? allowedIcon : deniedIcon;
  const label =
    item.label === null ? trans.__('Not answered: the turn ended') : optionLabel(trans, item.label);
  return (
    <div className={`parsess-Line parsess-Answer${item.allowed ? '' : ' parsess-mod-denied'}`}>
      <Icon.react tag="span" className="parsess-Line-icon" />
      <span className="parsess-Line-verb">{label}</span>
      <span className="parsess-Line-object" title={item.title}>
        {item.title}
      </span>
      {item.reason !== null && <span className="parsess-Answer-reason">“{item.reason}”</span>}
      {item.rules.length > 0 && (
        <span className="parsess-Answer-rules">
          {trans._n('rule', 'rules', item.rules.length)} <code>{item.rules.join(', ')}</code>
        </span>
      )}
    </div>
  );
}

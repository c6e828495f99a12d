/** The agent's thinking: folded to one line with how long it took. */
import { useState, type ReactElement } from 'react';

import type { IThoughtItem } from '../session/state';
import type { IViewContext } from './contract';
import { Fold } from './fold';
import { duration, elapsed } from './format';
import { thinkIcon } from './icons';
import { Markdown } from './markdown';

export interface IThoughtProps {
  readonly context: IViewContext;
  readonly item: IThoughtItem;
}

export function Thought({ context, item }: IThoughtProps): ReactElement {
  const { trans, density } = context;
  const [open, setOpen] = useState<boolean | null>(null);
  const took = elapsed(item.at, item.finishedAt);
  return (
    <Fold
      className="parsess-Thought"
      open={open ?? density === 'verbose'}
      onToggle={setOpen}
      line={
        <>
          <thinkIcon.react tag="span" className="parsess-Line-icon" />
          <span className="parsess-Line-verb">
            {item.finished ? trans.__('Thought') : trans.__('Thinking')}
          </span>
          <span className="parsess-Line-space" />
          {took !== null && <span className="parsess-Line-fact">{duration(trans, took)}</span>}
        </>
      }
    >
      <Markdown context={context} text={item.text} finished={item.finished} />
    </Fold>
  );
}

/** The agent's text: plain document prose. */
import { Clipboard } from '@jupyterlab/apputils';
import type { ReactElement } from 'react';

import type { IMessageItem } from '../session/state';
import { Attachments } from './attachment';
import type { IViewContext } from './contract';
import { copyIcon } from './icons';
import { Markdown } from './markdown';

export interface IMessageProps {
  readonly context: IViewContext;
  readonly item: IMessageItem;
}

export function Message({ context, item }: IMessageProps): ReactElement {
  const label = context.trans.__('Copy message as Markdown');
  return (
    <article className="parsess-Message" aria-label={context.trans.__('Agent')} aria-busy={!item.finished}>
      {item.text !== '' && <Markdown context={context} text={item.text} finished={item.finished} />}
      <Attachments context={context} blocks={item.blocks} />
      {item.finished && item.text !== '' && (
        <button
          type="button"
          className="parsess-IconButton parsess-Message-copy"
          title={label}
          aria-label={label}
          onClick={() => {
            Clipboard.copyToSystem(item.text);
          }}
        >
          <copyIcon.react tag="span" />
        </button>
      )}
    </article>
  );
}

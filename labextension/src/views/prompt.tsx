/** A prompt of the person: a thin rule and weight, no box. */
import { useState, type ReactElement } from 'react';

import type { IPromptItem } from '../session/state';
import { Attachments, isMentioned } from './attachment';
import type { IViewContext } from './contract';
import { clock } from './format';
import { rewindIcon } from './icons';

/** Longer prompts begin folded. */
const LINES = 16;
const CHARACTERS = 1600;

export interface IPromptProps {
  readonly context: IViewContext;
  readonly item: IPromptItem;
  /** Null: nothing can be taken back here. */
  readonly onRewind: ((to: number) => void) | null;
}

export function Prompt({ context, item, onRewind }: IPromptProps): ReactElement {
  const { trans } = context;
  const text = item.content
    .map(block => (block.type === 'text' ? block.text : ''))
    .join('\n\n')
    .trim();
  const attachments = item.content.filter(block => block.type !== 'text' && !isMentioned(block, text));
  const long = text.length > CHARACTERS || text.split('\n').length > LINES;
  const [open, setOpen] = useState(false);
  return (
    <article className="parsess-Prompt" aria-label={trans.__('You')}>
      <div className="parsess-Prompt-side">
        {onRewind && (
          <button
            type="button"
            className="parsess-IconButton parsess-Prompt-rewind"
            aria-label={trans.__('Rewind to here')}
            title={trans.__('Go back to right before this prompt: files, conversation or both')}
            onClick={() => {
              onRewind(item.seq);
            }}
          >
            <rewindIcon.react tag="span" />
          </button>
        )}
        <time dateTime={item.at}>{clock(item.at)}</time>
      </div>
      <div className={`parsess-Prompt-text${long && !open ? ' parsess-mod-folded' : ''}`}>{text}</div>
      {long && (
        <button
          type="button"
          className="parsess-Button parsess-mod-link"
          aria-expanded={open}
          onClick={() => {
            setOpen(!open);
          }}
        >
          {open ? trans.__('Show less') : trans.__('Show all')}
        </button>
      )}
      <Attachments context={context} blocks={attachments} />
    </article>
  );
}

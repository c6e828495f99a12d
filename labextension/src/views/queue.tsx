/** Prompts that wait for their turn: each can be changed, taken back, or read at the agent's next step. */
import { useState, type ReactElement } from 'react';

import { messageOf } from '../server/request';
import type { IQueuedPrompt } from '../session/state';
import type { IViewContext } from './contract';
import { closeIcon } from './icons';

export interface IQueueProps {
  readonly context: IViewContext;
  readonly queue: readonly IQueuedPrompt[];
  /** A turn runs that could read one at its next step; else one may begin a turn. */
  readonly running: boolean;
}

export function Queue({ context, queue, running }: IQueueProps): ReactElement | null {
  const [error, setError] = useState('');
  if (queue.length === 0) {
    return null;
  }
  const report = (reason: unknown) => {
    setError(messageOf(reason));
  };
  return (
    <div className="parsess-Queue" role="group" aria-label={context.trans.__('Queue')}>
      <ul>
        {queue.map(prompt => (
          <Queued key={prompt.id} context={context} prompt={prompt} running={running} onError={report} />
        ))}
      </ul>
      {error !== '' && <p className="parsess-Error">{error}</p>}
    </div>
  );
}

interface IQueuedProps {
  readonly context: IViewContext;
  readonly prompt: IQueuedPrompt;
  readonly running: boolean;
  readonly onError: (reason: unknown) => void;
}

function Queued({ context, prompt, running, onError }: IQueuedProps): ReactElement {
  const { trans, actions } = context;
  const [edited, setEdited] = useState<string | null>(null);
  const text = prompt.content
    .map(block => (block.type === 'text' ? block.text : ''))
    .join('\n\n')
    .trim();
  const others = prompt.content.filter(({ type }) => type !== 'text').length;
  if (edited !== null) {
    return (
      <li>
        <Editing
          context={context}
          text={edited}
          onChange={setEdited}
          onDone={() => {
            setEdited(null);
          }}
          onSave={() => actions.editQueued(prompt.id, edited).catch(onError)}
        />
      </li>
    );
  }
  const isNext = running && prompt.when === 'now';
  return (
    <li className="parsess-Queue-line">
      <span className="parsess-Queue-state">{isNext ? trans.__('next step') : trans.__('queued')}</span>
      <span className="parsess-Queue-text" title={text}>
        {text || trans._n('%1 attachment', '%1 attachments', others)}
      </span>
      {!isNext && (
        <button
          type="button"
          className="parsess-Button parsess-mod-link"
          title={running ? trans.__('Send now: the agent reads it at its next step') : trans.__('Send now')}
          onClick={() => {
            actions.sendQueuedNow(prompt.id).catch(onError);
          }}
        >
          {trans.__('Now')}
        </button>
      )}
      <button
        type="button"
        className="parsess-Button parsess-mod-link"
        onClick={() => {
          setEdited(text);
        }}
      >
        {trans.__('Edit')}
      </button>
      <button
        type="button"
        className="parsess-IconButton"
        aria-label={trans.__('Remove from the queue')}
        title={trans.__('Remove from the queue')}
        onClick={() => {
          actions.removeQueued(prompt.id).catch(onError);
        }}
      >
        <closeIcon.react tag="span" />
      </button>
    </li>
  );
}

interface IEditingProps {
  readonly context: IViewContext;
  readonly text: string;
  readonly onChange: (text: string) => void;
  readonly onDone: () => void;
  readonly onSave: () => Promise<void>;
}

function Editing({ context: { trans }, text, onChange, onDone, onSave }: IEditingProps): ReactElement {
  const save = () => {
    void onSave().then(onDone);
  };
  return (
    <div className="parsess-Queue-editing">
      <textarea
        className="parsess-Input"
        aria-label={trans.__('Queued message')}
        rows={2}
        autoFocus
        value={text}
        onChange={event => {
          onChange(event.target.value);
        }}
        onKeyDown={event => {
          if (event.key === 'Escape') {
            event.preventDefault();
            onDone();
          } else if (event.key === 'Enter' && !event.shiftKey && !event.nativeEvent.isComposing) {
            event.preventDefault();
            save();
          }
        }}
      />
      <button type="button" className="parsess-Button" disabled={text.trim() === ''} onClick={save}>
        {trans.__('Save')}
      </button>
    </div>
  );
}

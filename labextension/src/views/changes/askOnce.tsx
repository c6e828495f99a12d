/** A link that asks before it acts, in its own place. */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';

export interface IAskOnceProps {
  readonly trans: TranslationBundle;
  readonly label: string;
  /** Where there is little room. */
  readonly short?: string;
  readonly title: string;
  readonly question: string;
  readonly asking: boolean;
  readonly disabled: boolean;
  readonly onAsk: (asking: boolean) => void;
  readonly onYes: () => void;
}

export function AskOnce(props: IAskOnceProps): ReactElement {
  const { trans, label, short, title, question, asking, disabled, onAsk, onYes } = props;
  if (!asking) {
    return (
      <button
        type="button"
        className="parsess-Button parsess-mod-link"
        disabled={disabled}
        title={title}
        aria-label={label}
        onClick={() => {
          onAsk(true);
        }}
      >
        {short === undefined ? (
          label
        ) : (
          <>
            <span className="parsess-AskOnce-long">{label}</span>
            <span className="parsess-AskOnce-short">{short}</span>
          </>
        )}
      </button>
    );
  }
  return (
    <span
      className="parsess-AskOnce"
      role="group"
      aria-label={question}
      onKeyDown={event => {
        event.stopPropagation();
        if (event.key === 'Escape') {
          event.preventDefault();
          onAsk(false);
        }
      }}
    >
      <span className="parsess-AskOnce-question">{question}</span>
      <button
        type="button"
        className="parsess-Button parsess-mod-small"
        autoFocus
        onClick={() => {
          onAsk(false);
          onYes();
        }}
      >
        {label}
      </button>
      <button
        type="button"
        className="parsess-Button parsess-mod-small"
        onClick={() => {
          onAsk(false);
        }}
      >
        {trans.__('Cancel')}
      </button>
    </span>
  );
}

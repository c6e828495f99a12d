/** The answers to a question. An *always* for the project shows its rule before it is kept. */
import type { TranslationBundle } from '@jupyterlab/translation';
import { useState, type ReactElement } from 'react';

import type { QuestionOption } from '../protocol';
import { optionLabel } from './optionLabel';
import { visible } from './visible';

export interface IOptionsProps {
  readonly trans: TranslationBundle;
  readonly options: readonly QuestionOption[];
  readonly busy: boolean;
  readonly onAnswer: (option: QuestionOption, reason?: string) => void;
  /** Run it in the person's terminal instead; left out where that can't be. */
  readonly onRun?: () => void;
}

export function Options(props: IOptionsProps): ReactElement {
  const { trans, options, busy, onAnswer } = props;
  const [rule, setRule] = useState<QuestionOption | null>(null);
  const [reason, setReason] = useState<string | null>(null);
  const deny = options.find(({ kind }) => kind === 'reject_once');
  if (rule) {
    return (
      <Rule
        {...props}
        option={rule}
        onBack={() => {
          setRule(null);
        }}
      />
    );
  }
  const choose = (option: QuestionOption) => {
    if (option.kind === 'allow_project') {
      setRule(option);
    } else {
      onAnswer(option, option === deny && reason ? reason : undefined);
    }
  };
  return (
    <>
      <div className="parsess-Options">
        {options.filter(isChoice).map((option, index) => (
          <Choice
            key={option.id}
            trans={trans}
            option={option}
            isFirst={index === 0}
            busy={busy}
            onChoose={choose}
          />
        ))}
        {props.onRun && (
          <button
            type="button"
            className="parsess-Button parsess-mod-link"
            aria-disabled={busy}
            title={trans.__('You see it there, and the agent gets what it prints and how it ended')}
            onClick={() => {
              if (!busy) {
                props.onRun?.();
              }
            }}
          >
            {trans.__('Run it in my terminal')}
          </button>
        )}
        {deny && reason === null && (
          <button
            type="button"
            className="parsess-Button parsess-mod-link"
            onClick={() => {
              setReason('');
            }}
          >
            {trans.__('Say why not')}
          </button>
        )}
      </div>
      {deny && reason !== null && (
        <input
          className="parsess-Input"
          aria-label={trans.__('Reason')}
          placeholder={trans.__('What should be done instead? The agent reads it.')}
          value={reason}
          autoFocus
          onChange={event => {
            setReason(event.target.value);
          }}
          onKeyDown={event => {
            if (event.key === 'Enter' && !event.nativeEvent.isComposing) {
              choose(deny);
            }
          }}
        />
      )}
    </>
  );
}

/** Running it in a terminal is offered apart from leave and refusal. */
const isChoice = ({ kind }: QuestionOption): boolean => kind !== 'run_in_terminal';

interface IChoiceProps {
  readonly trans: TranslationBundle;
  readonly option: QuestionOption;
  readonly isFirst: boolean;
  readonly busy: boolean;
  readonly onChoose: (option: QuestionOption) => void;
}

function Choice({ trans, option, isFirst, busy, onChoose }: IChoiceProps): ReactElement {
  const denies = option.kind === 'reject_once';
  const hint = isFirst ? '⏎' : denies ? trans._p('key', 'esc') : option.kind === 'allow_project' ? '…' : '';
  return (
    <button
      type="button"
      className={`parsess-Button${isFirst ? ' parsess-mod-accent' : ''}`}
      data-deny={denies ? '' : undefined}
      aria-disabled={busy}
      title={option.rules?.length ? option.rules.join('\n') : undefined}
      onClick={() => {
        if (!busy) {
          onChoose(option);
        }
      }}
    >
      {optionLabel(trans, option.label)}
      {hint !== '' && (
        <span className="parsess-Button-hint" aria-hidden="true">
          {hint}
        </span>
      )}
    </button>
  );
}

interface IRuleProps extends IOptionsProps {
  readonly option: QuestionOption;
  readonly onBack: () => void;
}

function Rule({ trans, option, busy, onAnswer, onBack }: IRuleProps): ReactElement {
  const rules = option.rules ?? [];
  return (
    <div
      className="parsess-Rule"
      onKeyDown={event => {
        if (event.key === 'Escape') {
          event.preventDefault();
          onBack();
        }
      }}
    >
      <p>{trans.__('From now on allowed in this project, unasked:')}</p>
      <pre className="parsess-Pre">{visible(rules.join('\n'))}</pre>
      <div className="parsess-Options">
        <button
          type="button"
          className="parsess-Button parsess-mod-accent"
          autoFocus
          aria-disabled={busy}
          onClick={() => {
            if (!busy) {
              onAnswer(option);
            }
          }}
        >
          {trans.__('Save rule and allow')}
        </button>
        <button type="button" className="parsess-Button" onClick={onBack}>
          {trans.__('Back')}
        </button>
      </div>
    </div>
  );
}

/** Which agent, and how: only what it offers; what can't be started says why not. */
import type { TranslationBundle } from '@jupyterlab/translation';
import { useId, type ReactElement } from 'react';

import type { AgentInfo, Choice } from '../protocol';
import type { INewSession } from './creationForm';
import type { Field } from './formError';
import { modeWord } from './settings';

type Chosen = 'agent' | 'model' | 'mode' | 'effort';

export interface IAgentFieldsProps {
  readonly trans: TranslationBundle;
  /** Undefined while the server hasn't answered. */
  readonly agents: readonly AgentInfo[] | undefined;
  readonly agent: AgentInfo | undefined;
  readonly request: INewSession;
  readonly errorAt: (field: Field) => string | null;
  readonly onChoose: (field: Chosen, value: string) => void;
}

export function AgentFields(props: IAgentFieldsProps): ReactElement {
  const { trans, agents, agent, request, errorAt, onChoose } = props;
  const { modes = [] } = agent?.capabilities ?? {};
  const field = (name: Chosen, label: string, choices: readonly Choice[], value: string | null) => (
    <Select
      label={label}
      choices={choices}
      value={value}
      emptyWord={trans.__('default')}
      error={errorAt(name)}
      onChange={chosen => {
        onChoose(name, chosen);
      }}
    />
  );
  const known = agents ?? [];
  return (
    <div className="parsess-Form-agent">
      {field('agent', trans.__('Agent'), known.map(choiceOf), agent?.id ?? null)}
      {field(
        'model',
        trans.__('Model'),
        choicesOf(agent, 'model'),
        request.model ?? currentOf(agent, 'model')
      )}
      {field(
        'effort',
        trans.__('Effort'),
        choicesOf(agent, 'thought_level'),
        request.effort ?? currentOf(agent, 'thought_level')
      )}
      {field(
        'mode',
        trans.__('Mode'),
        modes.map(mode => ({ value: mode, name: modeWord(trans, mode) })),
        request.mode ?? (modes.includes('ask') ? 'ask' : null)
      )}
      <ul className="parsess-Form-reasons">
        {agents?.length === 0 && <li>{trans.__('The server offers no agent. Ask who runs it.')}</li>}
        {known.map(({ id, name, available, why_not }) =>
          available || !why_not ? null : <li key={id}>{trans.__('%1: %2', name, why_not)}</li>
        )}
      </ul>
    </div>
  );
}

interface IAgentChoice extends Choice {
  readonly disabled?: boolean;
}

function choiceOf({ id, name, available }: AgentInfo): IAgentChoice {
  return { value: id, name, disabled: !available };
}

function choicesOf(agent: AgentInfo | undefined, category: string): readonly Choice[] {
  return agent?.capabilities?.options?.find(option => option.category === category)?.options ?? [];
}

function currentOf(agent: AgentInfo | undefined, category: string): string | null {
  return agent?.capabilities?.options?.find(option => option.category === category)?.current_value ?? null;
}

interface ISelectProps {
  readonly label: string;
  readonly choices: readonly IAgentChoice[];
  readonly value: string | null;
  /** Stands for the agent's own choice. */
  readonly emptyWord: string;
  readonly error: string | null;
  readonly onChange: (value: string) => void;
}

function Select({ label, choices, value, emptyWord, error, onChange }: ISelectProps): ReactElement {
  const id = useId();
  const isKnown = choices.some(choice => choice.value === value);
  return (
    <div className="parsess-Field">
      <label className="parsess-Field-label" htmlFor={id}>
        {label}
      </label>
      <select
        id={id}
        className="parsess-Input parsess-Select"
        value={isKnown && value !== null ? value : ''}
        disabled={choices.length === 0}
        aria-invalid={error !== null}
        onChange={event => {
          onChange(event.target.value);
        }}
      >
        {!isKnown && <option value="">{emptyWord}</option>}
        {choices.map(choice => (
          <option
            key={choice.value}
            value={choice.value}
            disabled={choice.disabled}
            title={choice.description ?? ''}
          >
            {choice.name}
          </option>
        ))}
      </select>
      {error !== null && (
        <p className="parsess-Error" role="alert">
          {error}
        </p>
      )}
    </div>
  );
}

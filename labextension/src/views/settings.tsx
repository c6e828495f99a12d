/** Model, effort and mode of a session: compact lists in the header, submenus where it is narrow. */
import type { TranslationBundle } from '@jupyterlab/translation';
import { useState, type ReactElement } from 'react';

import type { Choice, ConflictSummary, EnvironmentSummary, WorktreeSummary } from '../protocol';
import { messageOf } from '../server/request';
import type { ISessionState } from '../session/state';
import type { IViewContext } from './contract';
import type { MenuEntry } from './menu';

/** What is known of a session besides its events. */
export interface ISessionFacts {
  readonly id: string;
  /** Absolute; what `state.directory` moves away from. */
  readonly directory: string;
  readonly branch: string | null;
  /** Null: it works in a directory that was there already. */
  readonly worktree: WorktreeSummary | null;
  /** The Python environment that commands and terminals there see; null: the server's. */
  readonly environment: EnvironmentSummary | null;
  /** Other sessions that get in the way of this one. */
  readonly conflicts: readonly ConflictSummary[];
  /** Id of the agent (`tour`, `builtin`, …) and its name for a person. */
  readonly agent: string;
  readonly agentName: string;
  /** Modes that can be chosen; empty: the mode is shown and cannot be changed. */
  readonly modes: readonly string[];
  /** Another living server owns the log. */
  readonly readOnly: boolean;
  /** What is wrong with the session, in words: its directory is gone, another server owns it. */
  readonly problem: string | null;
  /** What to set so that a model answers, while Tour stands in; else null. */
  readonly unconfigured: string | null;
}

export interface ISettingsProps {
  readonly context: IViewContext;
  readonly state: ISessionState;
  readonly session: ISessionFacts;
}

/** One setting with all it can be. */
interface ISetting {
  readonly id: string;
  readonly name: string;
  readonly value: string;
  readonly choices: readonly Choice[];
  readonly set: (value: string) => Promise<void>;
}

export function Settings(props: ISettingsProps): ReactElement {
  const { trans } = props.context;
  const [error, setError] = useState('');
  const locked = props.session.readOnly || props.state.archived;
  return (
    <span className="parsess-Settings parsess-mod-wide">
      {error !== '' && (
        <span className="parsess-Error" role="alert" title={error}>
          {error}
        </span>
      )}
      <span className="parsess-Settings-agent" title={trans.__('Agent')}>
        {props.session.agentName}
      </span>
      {settingsOf(props).map(setting => (
        <select
          key={setting.id}
          className="parsess-Settings-select"
          aria-label={setting.name}
          title={setting.name}
          value={setting.value}
          disabled={locked || setting.choices.length < 2}
          onChange={event => {
            setError('');
            setting.set(event.target.value).catch((reason: unknown) => {
              setError(messageOf(reason));
            });
          }}
        >
          {setting.choices.map(({ value, name, description }) => (
            <option key={value} value={value} title={description ?? undefined}>
              {name}
            </option>
          ))}
        </select>
      ))}
    </span>
  );
}

/** The same as submenus. */
export function settingsEntries(
  context: IViewContext,
  state: ISessionState,
  session: ISessionFacts
): MenuEntry[] {
  return settingsOf({ context, state, session }).map(setting => ({
    type: 'submenu',
    label: setting.name,
    entries: setting.choices.map(({ value, name }) => ({
      label: name,
      toggled: value === setting.value,
      enabled: !session.readOnly && !state.archived,
      run: () => {
        void setting.set(value);
      }
    }))
  }));
}

function settingsOf({ context, state, session }: ISettingsProps): ISetting[] {
  const { trans, actions } = context;
  const options = state.options.filter(({ category }) => category !== 'mode');
  const modes = session.modes.includes(state.mode) ? session.modes : [state.mode, ...session.modes];
  return [
    ...options.map(({ id, name, current_value, options: choices = [] }) => ({
      id,
      name,
      value: current_value ?? '',
      choices: withDefault(trans, choices, current_value ?? null),
      set: (value: string) => actions.setOption(id, value)
    })),
    {
      id: 'mode',
      name: trans.__('Mode'),
      value: state.mode,
      choices: modes.map(mode => ({ value: mode, name: modeWord(trans, mode) })),
      set: (value: string) => actions.setMode(value)
    }
  ];
}

/** A value that none of the choices has is shown as it is; none at all is the agent's default. */
function withDefault(trans: TranslationBundle, choices: readonly Choice[], current: string | null): Choice[] {
  if (choices.some(({ value }) => value === current)) {
    return [...choices];
  }
  return [{ value: current ?? '', name: current ?? trans.__('default') }, ...choices];
}

export function modeWord(trans: TranslationBundle, mode: string): string {
  switch (mode) {
    case 'ask':
      return trans.__('ask');
    case 'accept_edits':
      return trans.__('accept edits');
    case 'plan':
      return trans.__('plan');
    case 'auto':
      return trans.__('auto within rules');
    case 'bypass':
      return trans.__('bypass');
    default:
      return mode;
  }
}

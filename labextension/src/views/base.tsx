/** What a new worktree starts from, and how old that is. */
import { useState, type ReactElement } from 'react';

import type { BaseChoice, Bases } from '../protocol';
import { messageOf } from '../server/request';
import { Problem } from './problem';
import type { IWorktreeChoicesProps } from './worktreeChoices';

/** HEAD first, then what else there is, newest first. */
export function BaseSelect({
  trans,
  value,
  bases,
  onChange,
  disabled,
  errorAt
}: IWorktreeChoicesProps & { disabled: boolean }): ReactElement {
  const { head, branches = [], remotes = [], tags = [] } = bases;
  const group = (label: string, choices: readonly BaseChoice[]) =>
    choices.length > 0 && (
      <optgroup label={label}>
        {choices.map(({ name, ref, subject }) => (
          <option key={ref ?? name} value={name} title={subject}>
            {name}
          </option>
        ))}
      </optgroup>
    );
  return (
    <label className="parsess-Worktree-base">
      <span>{trans.__('from')}</span>
      <select
        className="parsess-Input parsess-Select"
        aria-label={trans.__('Base')}
        aria-invalid={errorAt('base') !== null}
        disabled={disabled}
        value={value.base ?? 'HEAD'}
        onChange={event => {
          onChange({ ...value, base: event.target.value === 'HEAD' ? null : event.target.value });
        }}
      >
        <option value="HEAD">{head ? trans.__('%1 (checked out)', head.name) : trans.__('HEAD')}</option>
        {group(
          trans.__('Branches'),
          branches.filter(({ ref }) => ref !== head?.ref)
        )}
        {group(trans.__('Remote branches'), remotes)}
        {group(trans.__('Tags'), tags)}
      </select>
    </label>
  );
}

export function BaseAge({
  trans,
  value,
  bases,
  directory,
  fetchBases,
  onBases
}: IWorktreeChoicesProps): ReactElement | null {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const base = baseOf(bases, value.base ?? null);
  if (!base || (!base.upstream && (bases.remotes ?? []).length === 0)) {
    return null;
  }
  const fetch = () => {
    setBusy(true);
    setError(null);
    fetchBases(directory, value.base ?? null)
      .then(onBases, (reason: unknown) => {
        setError(messageOf(reason));
      })
      .finally(() => {
        setBusy(false);
      });
  };
  return (
    <>
      <p className="parsess-Worktree-age">
        <span className={(base.behind ?? 0) > 0 ? 'parsess-Worktree-old' : 'parsess-Quiet'}>
          {base.age ?? base.name}
        </span>
        <button
          type="button"
          className="parsess-Button parsess-mod-link"
          disabled={busy}
          title={trans.__('Ask the remote what is new; nothing here is changed')}
          onClick={fetch}
        >
          {busy ? trans.__('Fetching…') : trans.__('Fetch')}
        </button>
      </p>
      <Problem text={error ?? bases.note ?? null} />
    </>
  );
}

export function baseOf(bases: Bases, name: string | null): BaseChoice | null {
  if (name === null || name === 'HEAD') {
    return bases.head ?? null;
  }
  const all = [...(bases.branches ?? []), ...(bases.remotes ?? []), ...(bases.tags ?? [])];
  return (name === 'default' ? bases.default : all.find(one => one.name === name)) ?? null;
}

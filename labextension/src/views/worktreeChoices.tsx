/** What a new worktree is made of: its branch, what it starts from, what goes along. */
import type { ReactElement } from 'react';

import type { Bases, WorktreeRequest } from '../protocol';
import { BaseAge, BaseSelect } from './base';
import { Check } from './check';
import { Problem } from './problem';
import { SetupOffered } from './setupOffered';
import type { IWorktreeFieldProps } from './worktreeField';

export interface IWorktreeChoicesProps extends IWorktreeFieldProps {
  readonly value: WorktreeRequest;
  readonly bases: Bases;
  readonly onBases: (bases: Bases) => void;
}

export function WorktreeChoices(props: IWorktreeChoicesProps): ReactElement {
  const { trans, value, bases, onChange, shorten, errorAt } = props;
  const known = bases.branches?.find(({ name }) => name === value.branch);
  const change = (to: WorktreeRequest) => {
    onChange({ ...value, ...to });
  };
  const uncommitted = bases.uncommitted ?? 0;
  return (
    <div className="parsess-Worktree-choices">
      <div className="parsess-Worktree-row">
        <label className="parsess-Worktree-branch">
          <span>{trans.__('branch')}</span>
          <input
            className="parsess-Input"
            type="text"
            spellCheck={false}
            autoComplete="off"
            aria-label={trans.__('Branch')}
            aria-invalid={errorAt('branch') !== null}
            placeholder={bases.suggestion?.branch ?? ''}
            value={value.branch ?? ''}
            onChange={event => {
              const branch = event.target.value;
              const exists = bases.branches?.some(({ name }) => name === branch) ?? false;
              change({ branch: branch === '' ? null : branch, existing: exists });
            }}
          />
        </label>
        <BaseSelect {...props} disabled={known !== undefined} />
      </div>
      <Problem text={errorAt('branch') ?? errorAt('base')} />
      {known ? (
        <p className="parsess-Quiet">
          {known.checked_out_in
            ? trans.__('This branch is checked out in %1 already.', shorten(known.checked_out_in))
            : trans.__('This branch exists: the worktree goes on with it.')}
        </p>
      ) : (
        <BaseAge {...props} />
      )}
      {bases.suggestion && !value.branch && (
        <p className="parsess-Quiet">{trans.__('in %1', shorten(bases.suggestion.folder))}</p>
      )}
      {uncommitted > 0 && (
        <Check
          checked={value.carry_over ?? false}
          onChange={carry_over => {
            change({ carry_over });
          }}
        >
          {trans._n('Carry over %1 uncommitted change', 'Carry over %1 uncommitted changes', uncommitted)}
        </Check>
      )}
      {bases.setup && <SetupOffered {...props} setup={bases.setup} />}
      {bases.recipe && (
        <Check
          checked={value.environment ?? false}
          title={bases.recipe.command}
          onChange={environment => {
            change({ environment });
          }}
        >
          {trans.__('Make a Python environment of its own')}
        </Check>
      )}
    </div>
  );
}

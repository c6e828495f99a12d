/** Where the work happens: in the directory itself, or in a new worktree on a branch of its own. */
import type { TranslationBundle } from '@jupyterlab/translation';
import { useEffect, useId, useState, type ReactElement } from 'react';

import type { BaseChoice, Bases, SetupOffer, WorktreeRequest } from '../protocol';
import type { Field } from './formError';

const DEBOUNCE = 150;

export interface IWorktreeFieldProps {
  readonly trans: TranslationBundle;
  readonly directory: string;
  /** Null: in the directory itself. */
  readonly value: WorktreeRequest | null;
  readonly onChange: (value: WorktreeRequest | null) => void;
  /** What a worktree could start from. */
  readonly findBases: (directory: string) => Promise<Bases>;
  /** The same after the remote was asked what is new. */
  readonly fetchBases: (directory: string, base: string | null) => Promise<Bases>;
  readonly shorten: (path: string) => string;
  readonly errorAt: (field: Field) => string | null;
}

export function WorktreeField(props: IWorktreeFieldProps): ReactElement {
  const { trans, directory, value, onChange, errorAt } = props;
  const group = useId();
  const [found, setFound] = useBases(props.findBases, directory);
  const whyNot = found.problem ?? found.bases?.why_not ?? null;
  const possible = found.bases !== null && whyNot === null;
  const error = errorAt('worktree');
  const option = (worktree: boolean, label: string) => (
    <label className="parsess-Check">
      <input
        type="radio"
        name={group}
        checked={(value !== null) === worktree}
        disabled={worktree && !possible && value === null}
        aria-describedby={worktree ? `${group}-why` : undefined}
        onChange={() => {
          onChange(worktree ? {} : null);
        }}
      />
      <span>{label}</span>
    </label>
  );
  return (
    <div className="parsess-Field" role="radiogroup" aria-labelledby={`${group}-label`}>
      <span className="parsess-Field-label" id={`${group}-label`}>
        {trans.__('Work in')}
      </span>
      <div className="parsess-Worktree">
        <div className="parsess-Worktree-where">
          {option(false, trans.__('this directory'))}
          {option(true, trans.__('new worktree'))}
          <span
            className={`parsess-Worktree-why${error === null && value === null ? ' parsess-Quiet' : ' parsess-Error'}`}
            id={`${group}-why`}
            role={error === null ? undefined : 'alert'}
          >
            {error ?? whyNot ?? ''}
          </span>
        </div>
        {value !== null && found.bases && (
          <Choices {...props} value={value} bases={found.bases} onBases={setFound} />
        )}
      </div>
    </div>
  );
}

interface IFound {
  readonly bases: Bases | null;
  readonly problem: string | null;
}

const NOTHING: IFound = { bases: null, problem: null };

function useBases(
  ask: IWorktreeFieldProps['findBases'],
  directory: string
): [IFound, (bases: Bases) => void] {
  const [found, setFound] = useState(NOTHING);
  useEffect(() => {
    let current = true;
    const take = (next: IFound) => {
      if (current) {
        setFound(next);
      }
    };
    const timer = setTimeout(() => {
      if (directory.trim() === '') {
        take(NOTHING);
        return;
      }
      ask(directory.trim()).then(
        bases => {
          take({ bases, problem: null });
        },
        // What is wrong with the directory is said beside it.
        () => {
          take(NOTHING);
        }
      );
    }, DEBOUNCE);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [ask, directory]);
  return [
    found,
    bases => {
      setFound({ bases, problem: null });
    }
  ];
}

interface IChoicesProps extends IWorktreeFieldProps {
  readonly value: WorktreeRequest;
  readonly bases: Bases;
  readonly onBases: (bases: Bases) => void;
}

function Choices(props: IChoicesProps): ReactElement {
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
        <Age {...props} />
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
      {bases.setup && <Setup {...props} setup={bases.setup} />}
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

function Problem({ text }: { readonly text: string | null }): ReactElement | null {
  return text === null ? null : (
    <p className="parsess-Error" role="alert">
      {text}
    </p>
  );
}

/** HEAD first, then what else there is, newest first. */
function BaseSelect({
  trans,
  value,
  bases,
  onChange,
  disabled,
  errorAt
}: IChoicesProps & { disabled: boolean }): ReactElement {
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

function Age({ trans, value, bases, directory, fetchBases, onBases }: IChoicesProps): ReactElement | null {
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
        setError(reason instanceof Error ? reason.message : String(reason));
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

interface ISetupProps extends IChoicesProps {
  readonly setup: SetupOffer;
}

/** A command out of the repository is run only when it was read. */
function Setup({ trans, value, setup, onChange }: ISetupProps): ReactElement {
  const runs = setup.needs_consent
    ? value.setup_consent === setup.fingerprint && value.setup !== false
    : value.setup !== false;
  return (
    <div className="parsess-Worktree-setup">
      <Check
        checked={runs}
        onChange={run => {
          onChange({ ...value, setup: run, setup_consent: run ? setup.fingerprint : null });
        }}
      >
        {setup.needs_consent
          ? trans.__('Run the setup command that this repository brings:')
          : trans.__('Run the setup command:')}
      </Check>
      <pre className="parsess-Pre">{setup.command}</pre>
      {runs && (
        <Check
          checked={value.wait_for_setup ?? setup.wait}
          onChange={wait_for_setup => {
            onChange({ ...value, wait_for_setup });
          }}
        >
          {trans.__('The first task waits for it')}
        </Check>
      )}
    </div>
  );
}

interface ICheckProps {
  readonly checked: boolean;
  readonly title?: string;
  readonly onChange: (checked: boolean) => void;
  readonly children: string;
}

function Check({ checked, title, onChange, children }: ICheckProps): ReactElement {
  return (
    <label className="parsess-Check" title={title}>
      <input
        type="checkbox"
        checked={checked}
        onChange={event => {
          onChange(event.target.checked);
        }}
      />
      <span>{children}</span>
    </label>
  );
}

/** Where the work happens: in the directory itself, or in a new worktree on a branch of its own. */
import type { TranslationBundle } from '@jupyterlab/translation';
import { useEffect, useId, useState, type ReactElement } from 'react';

import type { Bases, WorktreeRequest } from '../protocol';
import type { Field } from './formError';
import { WorktreeChoices } from './worktreeChoices';

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
          <WorktreeChoices {...props} value={value} bases={found.bases} onBases={setFound} />
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

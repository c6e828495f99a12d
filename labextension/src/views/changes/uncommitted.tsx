/** What becomes of changes that are in no commit when the rest lands. */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';

type Choice = 'leave' | 'include';

export interface IUncommittedProps {
  readonly trans: TranslationBundle;
  readonly files: readonly string[];
  /** Null: nobody chose. */
  readonly value: Choice | null;
  readonly onChange: (value: Choice) => void;
}

export function Uncommitted({ trans, files, value, onChange }: IUncommittedProps): ReactElement {
  const option = (one: Choice, label: string) => (
    <label className="parsess-Check">
      <input
        type="radio"
        name="uncommitted"
        checked={value === one}
        onChange={() => {
          onChange(one);
        }}
      />
      <span>{label}</span>
    </label>
  );
  return (
    <fieldset className="parsess-Land-uncommitted">
      <legend>
        {trans._n('%1 change is in no commit:', '%1 changes are in no commit:', files.length)}{' '}
        <span className="parsess-Quiet" title={files.join('\n')}>
          {some(files)}
        </span>
      </legend>
      {option(
        'include',
        trans._n(
          'Commit it first, with the message above',
          'Commit them first, with the message above',
          files.length
        )
      )}
      {option(
        'leave',
        trans._n(
          'Leave it here, land what is committed',
          'Leave them here, land what is committed',
          files.length
        )
      )}
    </fieldset>
  );
}

function some(names: readonly string[], most = 3): string {
  return names.length > most ? `${names.slice(0, most).join(', ')} …` : names.join(', ');
}

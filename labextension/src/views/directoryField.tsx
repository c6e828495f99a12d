/** Where the session works: typed with suggestions, or chosen in JupyterLab's picker. */
import type { TranslationBundle } from '@jupyterlab/translation';
import { useEffect, useId, useState, type KeyboardEvent, type ReactElement } from 'react';

import { messageOf } from '../server/request';
import type { IDirectoryMatch } from './creationForm';
import { folderIcon } from './icons';
import { optionId, Suggestions } from './suggestions';

const DEBOUNCE = 120;
const AT_MOST = 10;

export interface IDirectoryFieldProps {
  readonly trans: TranslationBundle;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly findDirectories: (query: string) => Promise<readonly IDirectoryMatch[]>;
  readonly pickDirectory: () => Promise<string | null>;
  readonly error: string | null;
}

export function DirectoryField(props: IDirectoryFieldProps): ReactElement {
  const { trans, value, onChange, error } = props;
  const list = useId();
  const field = useId();
  /** While one types, the list goes as soon as the path is one; asked for, it stays. */
  const [isOpen, setOpen] = useState<'typed' | 'asked' | false>(false);
  const [active, setActive] = useState(-1);
  const [pickError, setPickError] = useState<string | null>(null);
  const found = useDirectories(props.findDirectories, value);
  const here = found.find(({ path }) => path === value);
  const isWanted = isOpen === 'asked' || (isOpen === 'typed' && !here);
  const shown = isWanted ? found.filter(({ path }) => path !== value).slice(0, AT_MOST) : [];
  const problem = error ?? pickError;

  const choose = (path: string) => {
    onChange(path);
    setOpen(false);
    setActive(-1);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (shown.length === 0 && event.key === 'ArrowDown') {
      setOpen('asked');
    } else if (shown.length > 0 && (event.key === 'ArrowDown' || event.key === 'ArrowUp')) {
      event.preventDefault();
      const step = event.key === 'ArrowDown' ? 1 : -1;
      setActive(now => (Math.max(now, step > 0 ? -1 : 0) + step + shown.length) % shown.length);
    } else if (event.key === 'Enter' && shown[active]) {
      // Without a choice in the list Enter is the form's: it starts.
      event.preventDefault();
      choose(shown[active].path);
    } else if (event.key === 'Escape' && isOpen) {
      event.preventDefault();
      setOpen(false);
    }
  };

  return (
    <div className="parsess-Field">
      <label className="parsess-Field-label" htmlFor={field}>
        {trans.__('Directory')}
      </label>
      <div className="parsess-Directory">
        <input
          id={field}
          className="parsess-Input"
          type="text"
          autoComplete="off"
          spellCheck={false}
          value={value}
          aria-autocomplete="list"
          aria-controls={shown.length > 0 ? list : undefined}
          aria-activedescendant={shown[active] ? optionId(list, active) : undefined}
          aria-invalid={problem !== null}
          aria-describedby={`${field}-note`}
          onChange={event => {
            onChange(event.target.value);
            setOpen('typed');
            setActive(-1);
          }}
          onBlur={() => {
            setOpen(false);
          }}
          onKeyDown={onKeyDown}
        />
        <button
          type="button"
          className="parsess-IconButton"
          title={trans.__('Choose a folder')}
          aria-label={trans.__('Choose a folder')}
          onClick={() => {
            setPickError(null);
            props.pickDirectory().then(
              path => {
                if (path !== null) {
                  choose(path);
                }
              },
              (reason: unknown) => {
                setPickError(messageOf(reason));
              }
            );
          }}
        >
          <folderIcon.react tag="span" />
        </button>
        {shown.length > 0 && (
          <Suggestions
            id={list}
            label={trans.__('Directories')}
            suggestions={shown.map(match => ({
              insert: match.path,
              label: match.name,
              detail: gitWords(trans, match),
              file: null
            }))}
            active={active}
            onChoose={({ insert }) => {
              choose(insert);
            }}
          />
        )}
      </div>
      <p className={`parsess-Field-note${problem === null ? '' : ' parsess-Error'}`} id={`${field}-note`}>
        {problem ?? (here ? gitWords(trans, here) : '')}
      </p>
    </div>
  );
}

/** `git · main, 2 changes` */
function gitWords(trans: TranslationBundle, { git }: IDirectoryMatch): string {
  if (!git) {
    return '';
  }
  const branch = git.branch ?? trans.__('no branch');
  const changes = git.changes ? trans._n('%1 change', '%1 changes', git.changes) : '';
  return changes === '' ? `git · ${branch}` : `git · ${branch}, ${changes}`;
}

function useDirectories(
  find: IDirectoryFieldProps['findDirectories'],
  query: string
): readonly IDirectoryMatch[] {
  const [found, setFound] = useState<readonly IDirectoryMatch[]>([]);
  useEffect(() => {
    let current = true;
    const timer = setTimeout(() => {
      find(query).then(
        matches => {
          if (current) {
            setFound(matches);
          }
        },
        () => {
          if (current) {
            setFound([]);
          }
        }
      );
    }, DEBOUNCE);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [find, query]);
  return found;
}

/** Where one has worked, and what works here already. */
import type { ReactElement } from 'react';

import type { ICreationFormProps } from './creationForm';

type IExistingProps = Pick<ICreationFormProps, 'trans' | 'existing' | 'open'> & {
  readonly directory: string;
};

type IRecentProps = Pick<ICreationFormProps, 'trans' | 'recent' | 'shorten'> & {
  readonly directory: string;
  readonly onChoose: (path: string) => void;
};

/** Sessions that work there already: going on may be what one wants. */
export function Existing({ trans, existing, directory, open }: IExistingProps): ReactElement | null {
  const here = existing.filter(session => session.directory === directory.replace(/(.)\/+$/, '$1'));
  if (here.length === 0) {
    return null;
  }
  return (
    <div className="parsess-Field">
      <span className="parsess-Field-label">{trans.__('Here already')}</span>
      <ul className="parsess-Form-links">
        {here.map(({ id, name }) => (
          <li key={id}>
            <button
              type="button"
              className="parsess-Button parsess-mod-link"
              onClick={() => {
                open(id);
              }}
            >
              {trans.__('Open “%1”', name)}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** One click goes back to where one has worked. */
export function Recent(props: IRecentProps): ReactElement | null {
  const others = props.recent.filter(path => path !== props.directory).slice(0, 5);
  if (others.length === 0) {
    return null;
  }
  return (
    <div className="parsess-Field">
      <span className="parsess-Field-label">{props.trans.__('Recent')}</span>
      <ul className="parsess-Form-links">
        {others.map(path => (
          <li key={path}>
            <button
              type="button"
              className="parsess-Button parsess-mod-link"
              title={path}
              onClick={() => {
                props.onChoose(path);
              }}
            >
              {props.shorten(path)}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

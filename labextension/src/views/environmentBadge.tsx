/** Which Python a session's commands and terminals run, where its directory has one of its own. */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';

import type { EnvironmentSummary } from '../protocol';
import { failedIcon } from './icons';
import type { ISessionFacts } from './settings';

export interface IEnvironmentProps {
  readonly trans: TranslationBundle;
  readonly session: Pick<ISessionFacts, 'environment' | 'worktree'>;
  readonly shorten: (path: string) => string;
}

/** `Python 3.12 · .venv` */
export function Environment({ trans, session, shorten }: IEnvironmentProps): ReactElement | null {
  const { environment, worktree } = session;
  if (environment === null) {
    return null;
  }
  const { prefix, version, problem } = environment;
  const name = nameOf(prefix);
  if (problem) {
    return (
      <span className="parsess-Header-python parsess-mod-failed" title={`${shorten(prefix)}\n${problem}`}>
        <failedIcon.react tag="span" />
        {trans.__('%1 is not used', name)}
      </span>
    );
  }
  return (
    <span
      className="parsess-Header-python"
      title={caption(trans, environment, Boolean(worktree?.id), shorten)}
    >
      {version ? trans.__('Python %1 · %2', minor(version), name) : name}
    </span>
  );
}

function caption(
  trans: TranslationBundle,
  { prefix, version }: EnvironmentSummary,
  isMadeHere: boolean,
  shorten: (path: string) => string
): string {
  const what = version ? trans.__('Python %1 in %2', version, shorten(prefix)) : shorten(prefix);
  const who = isMadeHere
    ? trans.__('Commands, new terminals and notebooks in this worktree run it.')
    : trans.__('Commands and new terminals in this directory run it.');
  return `${what}\n${who}`;
}

/** `3.12` of `3.12.4` */
function minor(version: string): string {
  return version.split('.').slice(0, 2).join('.');
}

/** The folder's name, in the checkout; for Pixi's `.pixi/envs/default` the first of them. */
function nameOf(prefix: string): string {
  return /[^/]+(?=\/envs\/[^/]+$)/.exec(prefix)?.[0] ?? prefix.slice(prefix.lastIndexOf('/') + 1);
}

/** The branch of a session; of a worktree also where it came from. */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';

import { branchIcon, worktreeIcon } from './icons';
import type { ISessionFacts } from './settings';

export interface IBranchProps {
  readonly trans: TranslationBundle;
  readonly session: Pick<ISessionFacts, 'branch' | 'worktree'>;
  readonly shorten: (path: string) => string;
}

/** `feature/payment ← main` */
export function Branch({ trans, session, shorten }: IBranchProps): ReactElement | null {
  const { worktree } = session;
  const branch = session.branch ?? worktree?.branch ?? null;
  if (branch === null) {
    return null;
  }
  if (!worktree) {
    return (
      <span className="parsess-Header-branch" title={trans.__('Branch %1', branch)}>
        <branchIcon.react tag="span" />
        <span>{branch}</span>
      </span>
    );
  }
  return (
    <span
      className="parsess-Header-branch parsess-mod-worktree"
      title={caption(trans, branch, worktree, shorten)}
    >
      <worktreeIcon.react tag="span" />
      <span>
        {branch}
        <span className="parsess-Header-base">
          {' '}
          {worktree.landed ? trans.__('→ %1', worktree.landed) : trans.__('← %1', worktree.base)}
        </span>
      </span>
    </span>
  );
}

function caption(
  trans: TranslationBundle,
  branch: string,
  worktree: NonNullable<ISessionFacts['worktree']>,
  shorten: (path: string) => string
): string {
  const { base, base_commit: commit, path, landed } = worktree;
  const lines = [
    trans.__('Worktree %1', shorten(path)),
    trans.__('Branch %1, from %2 (%3)', branch, base, commit.slice(0, 9))
  ];
  return [...lines, ...(landed ? [trans.__('All of it has landed on %1', landed)] : [])].join('\n');
}

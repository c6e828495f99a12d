/** What landing will do, and why it did not, in words. Pure. */
import type { TranslationBundle } from '@jupyterlab/translation';

import type { LandInfo } from '../../protocol';
import type { ILanding } from '../../server/changes';
import { messageOf, ServerError } from '../../server/request';

type Target = LandInfo['targets'][number];

export function prediction(
  trans: TranslationBundle,
  how: ILanding['how'],
  info: LandInfo,
  target: Target,
  uncommitted: 'leave' | 'include' | null,
  shorten: (path: string) => string
): string[] {
  const count = target.ahead + (uncommitted === 'include' ? 1 : 0);
  if (count === 0) {
    return [trans.__('%1 has all commits of this branch already: there is nothing to land.', target.name)];
  }
  const moved =
    target.behind > 0
      ? trans._n(
          '%2 has %1 commit that is not here; both are brought together.',
          '%2 has %1 commits that are not here; both are brought together.',
          target.behind,
          target.name
        )
      : '';
  const files = target.checked_out_in
    ? trans.__('Its files in %1 move along; that checkout must be clean.', shorten(target.checked_out_in))
    : trans.__('It is checked out nowhere, so only the branch moves.');
  const still = info.branch
    ? trans.__('%1 stays as it is. If anything goes wrong, nothing is changed.', info.branch)
    : trans.__('If anything goes wrong, nothing is changed.');
  return [wayWord(trans, how, count, target.name), moved, files, still].filter(line => line !== '');
}

function wayWord(trans: TranslationBundle, how: ILanding['how'], count: number, target: string): string {
  switch (how) {
    case 'merge':
      return trans._n(
        '%1 commit is merged into %2, with a merge commit.',
        '%1 commits are merged into %2, with a merge commit.',
        count,
        target
      );
    case 'squash':
      return trans._n(
        '%1 commit becomes one new commit on %2.',
        '%1 commits become one new commit on %2.',
        count,
        target
      );
    case 'rebase':
      return trans._n(
        '%1 commit is put on top of %2.',
        '%1 commits are put on top of %2, each by itself.',
        count,
        target
      );
  }
}

/** Why it did not land, and what to do. */
export interface IRefusal {
  readonly code: string;
  readonly message: string;
  readonly advice: string;
  readonly files: readonly string[];
}

export function refusalOf(
  trans: TranslationBundle,
  reason: unknown,
  target: string,
  shorten: (path: string) => string
): IRefusal {
  const message = messageOf(reason);
  if (!(reason instanceof ServerError)) {
    return { code: 'error', message, advice: '', files: [] };
  }
  const { code, details } = reason;
  const files = Array.isArray(details.files) ? details.files.map(String) : [];
  const where = typeof details.path === 'string' ? shorten(details.path) : '';
  return { code, message, files, advice: advice(trans, code, target, where) };
}

function advice(trans: TranslationBundle, code: string, target: string, where: string): string {
  switch (code) {
    case 'dirty_target':
      return where === ''
        ? trans.__('Commit or stash the changes on %1, then land again.', target)
        : trans.__('Commit or stash the changes in %1, then land again.', where);
    case 'moved_target':
      return trans.__('Look at what is new on %1, then land again.', target);
    case 'conflict':
      return trans.__('Nothing was changed. The agent can bring %1 in here and resolve these files.', target);
    case 'uncommitted':
      return trans.__('Say above what becomes of them.');
    default:
      return '';
  }
}

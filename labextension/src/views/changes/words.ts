/** Words for what happened to files. */
import type { TranslationBundle } from '@jupyterlab/translation';

import type { Scope } from '../../protocol';
import type { IFileChange } from '../../session/changes';
import type { Place } from '../../session/comments';

/** One letter, as git has it. */
export const STATUS_LETTERS: Readonly<Record<IFileChange['status'], string>> = {
  added: 'A',
  modified: 'M',
  deleted: 'D',
  renamed: 'R',
  type: 'T',
  conflict: '!'
};

export function statusWord(trans: TranslationBundle, status: IFileChange['status']): string {
  switch (status) {
    case 'added':
      return trans.__('added');
    case 'modified':
      return trans.__('modified');
    case 'deleted':
      return trans.__('deleted');
    case 'renamed':
      return trans.__('renamed');
    case 'type':
      return trans.__('another kind of file');
    case 'conflict':
      return trans.__('in conflict');
  }
}

export function stagedWord(trans: TranslationBundle, staged: IFileChange['staged']): string {
  switch (staged) {
    case 'all':
      return trans.__('staged');
    case 'partly':
      return trans.__('partly staged');
    case 'none':
      return trans.__('not staged');
  }
}

export function scopeWord(trans: TranslationBundle, scope: Scope): string {
  switch (scope) {
    case 'turn':
      return trans.__('Last turn');
    case 'uncommitted':
      return trans.__('Uncommitted');
    case 'branch':
      return trans.__('Branch');
  }
}

export function scopeCaption(trans: TranslationBundle, scope: Scope): string {
  switch (scope) {
    case 'turn':
      return trans.__('What the last turn changed');
    case 'uncommitted':
      return trans.__('What is in no commit yet');
    case 'branch':
      return trans.__('Everything since the branch began');
  }
}

/** What is special about a file, besides its lines. */
export function facts(trans: TranslationBundle, file: IFileChange): string[] {
  return [
    file.status === 'added' ? trans.__('new file') : '',
    file.status === 'deleted' ? trans.__('deleted') : '',
    file.status === 'conflict' ? trans.__('in conflict') : '',
    file.old_path === null ? '' : trans.__('was %1', file.old_path),
    file.mode_change === null ? '' : trans.__('mode %1', file.mode_change),
    file.kind === 'symlink' ? trans.__('symbolic link') : '',
    file.kind === 'submodule' ? trans.__('submodule') : '',
    file.kind === 'repository' ? trans.__('a repository of its own') : ''
  ].filter(fact => fact !== '');
}

/** `+3 −1`, or nothing. */
export function counts({ added, removed }: { readonly added: number; readonly removed: number }): string {
  return [added > 0 ? `+${added}` : '', removed > 0 ? `−${removed}` : ''].filter(one => one !== '').join(' ');
}

/** `2 files +3 −1`: what the tab says beside its name. */
export function tabCounts(
  trans: TranslationBundle,
  list: {
    readonly files: readonly unknown[];
    readonly left_out: number;
    readonly added: number;
    readonly removed: number;
  }
): string {
  const files = list.files.length + list.left_out;
  return files === 0 ? '' : [trans._n('%1 file', '%1 files', files), counts(list)].join(' ').trim();
}

export function placeWord(trans: TranslationBundle, place: Place): string {
  switch (place.type) {
    case 'file':
      return '';
    case 'cell':
      return trans.__('cell %1', place.cell);
    case 'lines': {
      const lines =
        place.from === place.to
          ? trans.__('line %1', place.from)
          : trans.__('lines %1–%2', place.from, place.to);
      return place.side === 'old' ? trans.__('%1 as it was before', lines) : lines;
    }
  }
}

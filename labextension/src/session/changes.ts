/** Changed files as they are drawn: what the wire leaves out is filled in. Pure. */
import type { ChangeList, FileChange, Hunk, Line, Scope } from '../protocol';

export interface IHunk extends Readonly<Required<Hunk>> {
  readonly lines: Line[];
}

export interface IFileChange extends Readonly<Required<Omit<FileChange, 'hunks'>>> {
  readonly hunks: readonly IHunk[];
}

export interface IChangeList extends Readonly<Required<Omit<ChangeList, 'files'>>> {
  readonly files: readonly IFileChange[];
}

export function fillFile(file: FileChange): IFileChange {
  return {
    path: file.path,
    status: file.status,
    old_path: file.old_path ?? null,
    kind: file.kind ?? 'file',
    added: file.added ?? 0,
    removed: file.removed ?? 0,
    binary: file.binary ?? false,
    mode_change: file.mode_change ?? null,
    staged: file.staged ?? 'none',
    too_large: file.too_large ?? false,
    hunks: (file.hunks ?? []).map(hunk => ({ ...hunk, staged: hunk.staged ?? false }))
  };
}

export function fillList(list: ChangeList): IChangeList {
  return {
    scope: list.scope,
    top: list.top,
    files: list.files.map(fillFile),
    base: list.base ?? null,
    base_name: list.base_name ?? null,
    added: list.added ?? 0,
    removed: list.removed ?? 0,
    truncated: list.truncated ?? false,
    left_out: list.left_out ?? 0
  };
}

/** Whether a file is the same as before: then nothing about it has to be fetched or drawn again. */
export function sameFile(one: IFileChange | undefined, other: IFileChange | undefined): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}

/** The list with the objects of `before` where nothing changed, so that views can compare by identity. */
export function keepSame(before: IChangeList | null, next: IChangeList): IChangeList {
  const known = new Map(before?.files.map(file => [file.path, file]));
  const files = next.files.map(file => {
    const same = known.get(file.path);
    return same && sameFile(same, file) ? same : file;
  });
  return { ...next, files };
}

/**
 * The lines of the file as it is now that a hunk stands at, from 1. A staged hunk counts lines of the index:
 * what is not staged above it has moved them.
 */
export function placeOf(
  hunk: IHunk,
  all: readonly IHunk[]
): { readonly start: number; readonly lines: number } {
  if (!hunk.staged) {
    return { start: hunk.new_start, lines: hunk.new_lines };
  }
  const above = all.filter(other => !other.staged && other.old_start + other.old_lines <= hunk.new_start);
  const moved = above.reduce((sum, other) => sum + other.new_lines - other.old_lines, 0);
  return { start: hunk.new_start + moved, lines: hunk.new_lines };
}

export const SCOPES: readonly Scope[] = ['turn', 'uncommitted', 'branch'];

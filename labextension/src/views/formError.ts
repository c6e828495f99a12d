/** Which field an error of the server's concerns. */
export type Field =
  'directory' | 'agent' | 'model' | 'mode' | 'effort' | 'worktree' | 'branch' | 'base' | 'form';

const FIELDS: readonly Field[] = ['model', 'mode', 'effort', 'agent', 'directory', 'branch', 'base'];

/** By the error's `field`, else by the word in its `code` (`unknown_model`, `directory_is_file`). */
export function fieldOf(reason: unknown): Field {
  const { field, code } = (reason ?? {}) as { readonly field?: unknown; readonly code?: unknown };
  const said = FIELDS.find(name => name === field);
  if (said) {
    return said;
  }
  const word = String(code);
  if (WORKTREES.includes(word)) {
    return 'worktree';
  }
  return FIELDS.find(name => word.includes(name)) ?? (PLACES.includes(word) ? 'directory' : 'form');
}

/** A new session is the only thing these can be about but its place. */
const PLACES: readonly string[] = [
  'not_found',
  'forbidden',
  'not_absolute',
  'outside_allowed_roots',
  'not_readable'
];

/** What only a new worktree can be refused for. */
const WORKTREES: readonly string[] = [
  'not_a_repository',
  'no_commit',
  'folder_exists',
  'invalid_folder',
  'needs_consent',
  'git_too_old'
];

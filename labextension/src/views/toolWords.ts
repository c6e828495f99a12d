/** A tool call in words: verb, object, status. Titles come as verb and object: `Read src/app.py`. */
import type { TranslationBundle } from '@jupyterlab/translation';

import type { IToolItem } from '../session/state';

export interface IToolWords {
  readonly verb: string;
  readonly object: string;
}

type Verb = 'read' | 'edit' | 'write' | 'delete' | 'move' | 'search' | 'run' | 'think' | 'fetch';

const BY_FIRST_WORD: Readonly<Record<string, Verb>> = {
  read: 'read',
  open: 'read',
  edit: 'edit',
  update: 'edit',
  write: 'write',
  create: 'write',
  delete: 'delete',
  remove: 'delete',
  move: 'move',
  rename: 'move',
  search: 'search',
  find: 'search',
  grep: 'search',
  glob: 'search',
  run: 'run',
  execute: 'run',
  fetch: 'fetch'
};

const BY_KIND: Readonly<Partial<Record<IToolItem['kind'], Verb>>> = {
  read: 'read',
  edit: 'edit',
  delete: 'delete',
  move: 'move',
  search: 'search',
  execute: 'run',
  fetch: 'fetch'
};

/** The line of a call. A title that doesn't begin with a verb known for it is the object as it stands. */
export function toolWords(trans: TranslationBundle, item: IToolItem): IToolWords {
  const ofKind = BY_KIND[item.kind];
  if (ofKind === undefined) {
    return { verb: '', object: item.title };
  }
  const [, first = '', rest = ''] = /^(\S+)\s+([^]*)$/.exec(item.title) ?? [];
  const said = BY_FIRST_WORD[first.toLowerCase()];
  const object = said === undefined ? item.title : rest;
  return { verb: verbAt(trans, said ?? ofKind, item), object: object.replace(/^`([^`]*)`$/, '$1') };
}

function verbAt(trans: TranslationBundle, verb: Verb, item: IToolItem): string {
  const [wanted, doing, done] = forms(trans, verb);
  if (item.status === 'in_progress') {
    return doing;
  }
  return item.status === 'completed' || item.exitCode !== null ? done : wanted;
}

/** What is wanted, what is being done, what was done. */
function forms(trans: TranslationBundle, verb: Verb): readonly [string, string, string] {
  switch (verb) {
    case 'read':
      return [trans.__('Read'), trans.__('Reading'), trans._p('past', 'Read')];
    case 'edit':
      return [trans.__('Edit'), trans.__('Editing'), trans.__('Edited')];
    case 'write':
      return [trans.__('Write'), trans.__('Writing'), trans.__('Wrote')];
    case 'delete':
      return [trans.__('Delete'), trans.__('Deleting'), trans.__('Deleted')];
    case 'move':
      return [trans.__('Move'), trans.__('Moving'), trans.__('Moved')];
    case 'search':
      return [trans.__('Search'), trans.__('Searching'), trans.__('Searched')];
    case 'run':
      return [trans.__('Run'), trans.__('Running'), trans.__('Ran')];
    case 'think':
      return [trans.__('Think'), trans.__('Thinking'), trans.__('Thought')];
    case 'fetch':
      return [trans.__('Fetch'), trans.__('Fetching'), trans.__('Fetched')];
  }
}

/** The status for those who don't see colour and sign; empty when all went well. */
export function statusWord(trans: TranslationBundle, item: IToolItem): string {
  switch (item.status) {
    case 'pending':
      return trans.__('waiting');
    case 'in_progress':
      return trans.__('in progress');
    case 'failed':
      return trans.__('failed');
    case 'cancelled':
      return trans.__('stopped');
    case 'completed':
      return '';
  }
}

/** A run of calls as one line: `Read 7 files`, `Read 3 files, ran 2 commands`. */
export function runWords(trans: TranslationBundle, items: readonly IToolItem[]): string {
  const counts = new Map<string, number>();
  for (const { kind } of items) {
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  const parts = [...counts].map(([kind, count]) => countWords(trans, kind as IToolItem['kind'], count));
  const line = parts.join(', ');
  return line.charAt(0).toLocaleUpperCase() + line.slice(1);
}

function countWords(trans: TranslationBundle, kind: IToolItem['kind'], n: number): string {
  switch (kind) {
    case 'read':
      return trans._n('read %1 file', 'read %1 files', n);
    case 'edit':
      return trans._n('made %1 edit', 'made %1 edits', n);
    case 'delete':
      return trans._n('deleted %1 file', 'deleted %1 files', n);
    case 'move':
      return trans._n('moved %1 file', 'moved %1 files', n);
    case 'search':
      return trans._n('searched once', 'searched %1 times', n);
    case 'execute':
      return trans._n('ran %1 command', 'ran %1 commands', n);
    case 'fetch':
      return trans._n('fetched %1 page', 'fetched %1 pages', n);
    case 'think':
    case 'switch_mode':
    case 'other':
      return trans._n('took %1 step', 'took %1 steps', n);
  }
}

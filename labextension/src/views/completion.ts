/** Completion in the composer: `/` at the start names a command, `@` a file. */
import { useEffect, useState } from 'react';

import type { Command } from '../protocol';
import type { IPaneActions } from './contract';

/** What is being named, from `start` up to the cursor. */
export interface IToken {
  readonly kind: 'command' | 'file';
  readonly start: number;
  readonly query: string;
}

export interface ISuggestion {
  /** What takes the token's place. */
  readonly insert: string;
  readonly label: string;
  readonly detail: string;
  /** Of a file: its path; of a directory: null, for one goes on into it. */
  readonly file: string | null;
}

/** Calm down before the server is asked. */
const DEBOUNCE = 80;
const AT_MOST = 12;

/** The token that ends at `caret`, if one does. */
export function tokenAt(text: string, caret: number): IToken | null {
  const before = text.slice(0, caret);
  const command = /^\/(\S*)$/.exec(before);
  if (command) {
    return { kind: 'command', start: 0, query: command[1] ?? '' };
  }
  const file = /(?:^|\s)@(\S*)$/.exec(before);
  if (file) {
    const query = file[1] ?? '';
    return { kind: 'file', start: caret - query.length - 1, query };
  }
  return null;
}

/** Commands whose name begins with the query, then those that have it inside. */
export function matchCommands(commands: readonly Command[], query: string): ISuggestion[] {
  const wanted = query.toLowerCase();
  const rank = ({ name }: Command) => name.toLowerCase().indexOf(wanted);
  return commands
    .filter(command => rank(command) >= 0)
    .sort((one, other) => Math.min(rank(one), 1) - Math.min(rank(other), 1))
    .slice(0, AT_MOST)
    .map(({ name, description, hint }) => ({
      insert: `/${name} `,
      label: hint ? `/${name} ${hint}` : `/${name}`,
      detail: description,
      file: null
    }));
}

/** What can be put in the place of `token`; the last answer stays until the next has come. */
export function useSuggestions(
  token: IToken | null,
  commands: readonly Command[],
  actions: Pick<IPaneActions, 'findFiles'>
): readonly ISuggestion[] {
  const [files, setFiles] = useState<readonly ISuggestion[]>([]);
  const query = token?.kind === 'file' ? token.query : null;
  useEffect(() => {
    if (query === null) {
      setFiles([]);
      return undefined;
    }
    let current = true;
    const timer = setTimeout(() => {
      actions.findFiles(query).then(
        found => {
          if (current) {
            setFiles(found.slice(0, AT_MOST).map(fileSuggestion));
          }
        },
        () => {
          if (current) {
            setFiles([]);
          }
        }
      );
    }, DEBOUNCE);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [query, actions]);
  return token?.kind === 'command' ? matchCommands(commands, token.query) : files;
}

function fileSuggestion({ path, directory }: { path: string; directory: boolean }): ISuggestion {
  const label = directory && !path.endsWith('/') ? `${path}/` : path;
  return { insert: directory ? `@${label}` : `@${label} `, label, detail: '', file: directory ? null : path };
}

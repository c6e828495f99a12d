/** The worktrees made here: in use, removed ones that can come back, and what nobody finished with. */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement, ReactNode } from 'react';

import type { Leftover, WorktreeInfo } from '../protocol';
import { useAttempt } from './attempt';

export interface IWorktreeListProps {
  readonly trans: TranslationBundle;
  readonly worktrees: readonly WorktreeInfo[];
  readonly leftovers: readonly Leftover[];
  /** The name of a session; null: there is none of that id. */
  readonly sessionName: (id: string) => string | null;
  readonly shorten: (path: string) => string;
  readonly onOpen: (session: string) => void;
  readonly onBringBack: (worktree: WorktreeInfo) => Promise<void>;
}

export function WorktreeList(props: IWorktreeListProps): ReactElement {
  const { trans, worktrees, leftovers, shorten } = props;
  const { attempt, busy, error } = useAttempt();
  const removed = worktrees.filter(one => one.removed !== null).reverse();
  const there = worktrees.filter(one => one.removed === null && one.exists);
  if (worktrees.length === 0 && leftovers.length === 0) {
    return <p>{trans.__('No worktree was made here yet.')}</p>;
  }
  return (
    <div className="parsess-Worktrees">
      {error}
      <Group title={trans.__('Removed, and kept for a while')} entries={removed}>
        {one => (
          <Row key={one.id} name={one.branch ?? one.base_name} path={shorten(one.path)}>
            <span className="parsess-Quiet">{dayOf(one.removed?.at)}</span>
            <button
              type="button"
              className="parsess-Button parsess-mod-small"
              disabled={busy}
              onClick={() => {
                attempt(() => props.onBringBack(one));
              }}
            >
              {trans.__('Bring it back')}
            </button>
          </Row>
        )}
      </Group>
      <Group title={trans.__('Left over: nothing is deleted without you')} entries={leftovers}>
        {one => <Row key={`${one.kind} ${one.path}`} name={shorten(one.path)} path={one.detail} />}
      </Group>
      <Group title={trans.__('In use')} entries={there}>
        {one => (
          <Row key={one.id} name={one.branch ?? one.base_name} path={shorten(one.path)}>
            <Session {...props} id={one.session} />
          </Row>
        )}
      </Group>
    </div>
  );
}

interface IGroupProps<T> {
  readonly title: string;
  readonly entries: readonly T[];
  readonly children: (entry: T) => ReactElement;
}

function Group<T>({ title, entries, children }: IGroupProps<T>): ReactElement | null {
  return entries.length === 0 ? null : (
    <section>
      <h3>{title}</h3>
      <ul aria-label={title}>{entries.map(children)}</ul>
    </section>
  );
}

interface IRowProps {
  readonly name: string;
  readonly path: string;
  readonly children?: ReactNode;
}

function Row({ name, path, children }: IRowProps): ReactElement {
  return (
    <li className="parsess-Worktrees-row">
      <span className="parsess-Worktrees-what">
        <span>{name}</span>
        <span className="parsess-Quiet">{path}</span>
      </span>
      {children}
    </li>
  );
}

function Session({
  trans,
  id,
  sessionName,
  onOpen
}: IWorktreeListProps & { id: string | null }): ReactElement {
  const name = id === null ? null : sessionName(id);
  if (id === null || name === null) {
    return <span className="parsess-Quiet">{trans.__('no session')}</span>;
  }
  return (
    <button
      type="button"
      className="parsess-Button parsess-mod-link"
      onClick={() => {
        onOpen(id);
      }}
    >
      {name}
    </button>
  );
}

const dayOf = (at: string | undefined): string =>
  at === undefined ? '' : new Date(at).toLocaleString([], { dateStyle: 'medium', timeStyle: 'short' });

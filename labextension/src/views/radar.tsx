/** Other sessions whose work collides with this one's, while there is still time. */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';

import type { ConflictSummary } from '../protocol';
import type { IViewContext } from './contract';
import { radarIcon } from './icons';
import { openMenu } from './menu';

export interface IRadarProps {
  readonly context: IViewContext;
  readonly conflicts: readonly ConflictSummary[];
}

/** A click goes to the other session; where there are several, one chooses. */
export function Radar({ context, conflicts }: IRadarProps): ReactElement | null {
  const { trans, actions } = context;
  const [first] = conflicts;
  if (!first) {
    return null;
  }
  const lines = conflicts.map(conflict => conflictLine(context, conflict));
  const several = conflicts.length > 1;
  const label = several
    ? trans._n('%1 session', '%1 sessions', conflicts.length)
    : nameOf(context, first.session);
  const serious = conflicts.some(({ kind }) => kind === 'would_conflict');
  return (
    <button
      type="button"
      className={`parsess-Radar${serious ? ' parsess-mod-serious' : ''}`}
      title={lines.join('\n')}
      aria-label={trans.__('Collides: %1', lines.join('; '))}
      aria-haspopup={several ? 'menu' : undefined}
      onClick={event => {
        if (!several) {
          actions.openSession(first.session);
          return;
        }
        openMenu(
          event.currentTarget,
          conflicts.map((conflict, index) => ({
            label: lines[index] ?? '',
            run: () => {
              actions.openSession(conflict.session);
            }
          }))
        );
      }}
    >
      <radarIcon.react tag="span" />
      <span className="parsess-Radar-name">{label}</span>
    </button>
  );
}

const nameOf = ({ trans, actions }: IViewContext, session: string): string =>
  actions.sessionName(session) ?? trans.__('another session');

const SHOWN = 4;

function conflictLine(context: IViewContext, conflict: ConflictSummary): string {
  return conflictWords(context.trans, conflict, nameOf(context, conflict.session));
}

/** `“payments” would not merge: a.py, b.py` */
export function conflictWords(
  trans: TranslationBundle,
  { kind, files }: ConflictSummary,
  name: string
): string {
  const more = files.length > SHOWN ? ' …' : '';
  const list = files.slice(0, SHOWN).join(', ') + more;
  switch (kind) {
    case 'same_directory':
      return trans.__('“%1” works in the same directory', name);
    case 'same_files':
      return trans.__('“%1” changes the same files: %2', name, list);
    case 'would_conflict':
      return trans.__('“%1” would not merge with this: %2', name, list);
  }
}

/** Sessions in JupyterLab's *Running* panel: where a closed pane is found again. */
import type { IRunningSessionManagers, IRunningSessions } from '@jupyterlab/running';
import { Signal } from '@lumino/signaling';

import type { ISummary } from '../protocol';
import { ACTIVITY_ICONS, activityWord } from '../views/activity';
import { conflictWords } from '../views/radar';
import { showError } from './actions';
import type { IPaneServices } from './services';

export function listSessions(
  managers: IRunningSessionManagers,
  services: IPaneServices,
  open: (session: string) => void
): void {
  const { trans, feed, server } = services;
  const changed = new Signal<object, void>(feed);
  feed.changed.connect(() => {
    changed.emit();
  });
  const archive = async (session: ISummary) => {
    feed.put(await server.change(session.id, { archived: true }));
  };
  const living = () => [...feed.sessions.values()].filter(({ archived }) => !archived);
  managers.add({
    name: trans.__('Parallel Sessions'),
    supportsMultipleViews: false,
    running: () =>
      living().map(session =>
        item(services, session, { open, archive: () => void archive(session).catch(showError) })
      ),
    refreshRunning: () => undefined,
    runningChanged: changed,
    shutdownLabel: trans.__('Archive'),
    shutdownAllLabel: trans.__('Archive All'),
    shutdownAllConfirmationText: trans.__('Archive all sessions? They stop, and can be restored.'),
    shutdownAll: () => {
      living().forEach(session => void archive(session).catch(showError));
    }
  });
}

interface IItemActions {
  readonly open: (session: string) => void;
  readonly archive: () => void;
}

function item(
  { trans, feed }: IPaneServices,
  session: ISummary,
  { open, archive }: IItemActions
): IRunningSessions.IRunningItem {
  const { id, name, directory, state, summary, conflicts = [] } = session;
  const collides = conflicts.map(conflict =>
    conflictWords(trans, conflict, feed.sessions.get(conflict.session)?.name ?? trans.__('another session'))
  );
  return {
    open: () => {
      open(id);
    },
    shutdown: archive,
    icon: () => ACTIVITY_ICONS[state],
    label: () => name,
    labelTitle: () =>
      [activityWord(trans, state), directory, summary, ...collides].filter(Boolean).join('\n'),
    // The list has room for few words: which session and which files are in the title.
    detail: () =>
      collides.length === 0
        ? activityWord(trans, state)
        : trans.__('%1 · collides', activityWord(trans, state))
  };
}

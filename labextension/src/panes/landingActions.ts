/** What a person does with finished work: land it, publish it, remove its worktree and bring that back. */
import { Notification } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { UUID } from '@lumino/coreutils';

import { SessionChanges, type ILanding } from '../server/changes';
import { Worktrees } from '../server/worktrees';
import type { SessionModel } from '../session/model';
import type { ILandActions } from '../views/changes/contract';
import type { IPaneActions } from '../views/contract';
import { showError } from './actions';
import { bringBack } from './bringBack';
import { shorten, type IPlaces } from './places';
import type { IPaneServices } from './services';

/** Milliseconds that the way back stands in the page's corner. */
const UNDO_SHOWN = 12_000;

export interface ILandingPlace {
  readonly services: IPaneServices;
  readonly session: SessionModel;
  readonly places: IPlaces;
  readonly pane: Pick<IPaneActions, 'send'>;
  readonly onRemoved: () => void;
  readonly onRestored: () => void;
}

export function landingActions(place: ILandingPlace): ILandActions {
  const { services, session, places, pane, onRemoved, onRestored } = place;
  const { server, feed, trans } = services;
  const changes = new SessionChanges(server.settings, session.id);
  const worktrees = new Worktrees(server.settings);
  const refresh = async () => {
    feed.put(await server.get(session.id));
  };
  const worktree = (): string => {
    const id = session.summary?.worktree?.id;
    if (!id) {
      throw new Error(trans.__('This worktree was made elsewhere, and is not removed from here.'));
    }
    return id;
  };
  const restore = async (id: string, archived: boolean): Promise<void> => {
    await bringBack(services, id, { id: session.id, archived });
    onRestored();
    await refresh();
  };
  const remove = async (consent: readonly string[], archive: boolean): Promise<void> => {
    const { id, path } = await worktrees.remove(worktree(), consent);
    onRemoved();
    if (archive) {
      feed.put(await server.change(session.id, { archived: true }));
    }
    Notification.success(trans.__('Removed the worktree %1.', shorten(places, path)), {
      // It stays in the list of notifications.
      autoClose: UNDO_SHOWN,
      actions: [
        {
          label: trans.__('Undo'),
          callback: () => void restore(id, archive).catch(showError)
        }
      ]
    });
  };
  return {
    info: () => changes.landInfo(),
    land: async landing => {
      const landed = await changes.land(landing);
      await refresh();
      return landed;
    },
    resolve: (target, how, files) =>
      pane.send(UUID.uuid4(), resolvePrompt(trans, target, how, files), [], 'queue'),
    push: async () => (await changes.push()).remote,
    openPullRequest: wanted => changes.openPullRequest(wanted),
    pullRequest: () => changes.pullRequest(),
    details: () => worktrees.get(worktree()),
    remove: (consent, archive) => remove(consent, archive)
  };
}

function resolvePrompt(
  trans: TranslationBundle,
  target: string,
  how: ILanding['how'],
  files: readonly string[]
): string {
  const list = files.map(file => `- \`${file}\``).join('\n');
  const words =
    how === 'rebase'
      ? trans.__('Rebase this branch onto `%1` (`git rebase %1`)', target)
      : trans.__('Merge `%1` into this branch (`git merge %1`)', target);
  return (
    trans.__(
      '%1 and resolve the conflicts, keeping what both sides meant. Finish it with a commit, and run the tests if there are any. These files collide:',
      words
    ) + `\n\n${list}`
  );
}

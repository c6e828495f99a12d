/** A removed worktree comes back: the branch, the files, and the session with it. */
import { Notification } from '@jupyterlab/apputils';

import { Worktrees } from '../server/worktrees';
import { shorten } from './places';
import type { IPaneServices } from './services';

/** Milliseconds that the news stands in the page's corner. */
const SHOWN = 12_000;

/**
 * @param worktree - Its id.
 * @param session - Whose it is; one that was archived goes on now. Null: it has none any more.
 */
export async function bringBack(
  services: IPaneServices,
  worktree: string,
  session: { readonly id: string; readonly archived: boolean } | null
): Promise<void> {
  const { server, feed, trans, places } = services;
  const { path, notes } = await new Worktrees(server.settings).restore(worktree);
  if (session?.archived) {
    feed.put(await server.change(session.id, { archived: false }));
  }
  const said = trans.__('Back as it was: %1', shorten(await places(), path));
  Notification.info([said, ...notes].join('. '), { autoClose: SHOWN });
}

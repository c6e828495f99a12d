/** The list of worktrees, in a dialog: what was removed comes back from here, and what is left over is seen. */
import { Dialog } from '@jupyterlab/apputils';
import { ReactWidget } from '@jupyterlab/ui-components';
import type { ReactElement } from 'react';

import type { Leftover, WorktreeInfo } from '../protocol';
import { Worktrees } from '../server/worktrees';
import { WorktreeList } from '../views/worktreeList';
import { showError } from './actions';
import { bringBack } from './bringBack';
import { shorten, type IPlaces } from './places';
import type { IPaneServices } from './services';

export async function listWorktrees(services: IPaneServices): Promise<void> {
  const { trans, places } = services;
  const body = new Listed(services, await places());
  await body.look();
  const dialog = new Dialog({
    title: trans.__('Worktrees'),
    body,
    buttons: [Dialog.okButton({ label: trans.__('Close') })]
  });
  body.leave = () => {
    dialog.resolve();
  };
  await dialog.launch();
}

class Listed extends ReactWidget {
  constructor(
    private readonly services: IPaneServices,
    private readonly places: IPlaces
  ) {
    super();
    this.addClass('parsess-WorktreesDialog');
    this.server = new Worktrees(services.server.settings);
  }

  leave: () => void = () => undefined;

  async look(): Promise<void> {
    [this.worktrees, this.leftovers] = await Promise.all([this.server.all(), this.server.leftovers()]);
    this.update();
  }

  protected override render(): ReactElement {
    const { trans, feed } = this.services;
    return (
      <WorktreeList
        trans={trans}
        worktrees={this.worktrees}
        leftovers={this.leftovers}
        sessionName={id => feed.sessions.get(id)?.name ?? null}
        shorten={path => shorten(this.places, path)}
        onOpen={this.open}
        onBringBack={this.bringBack}
      />
    );
  }

  private readonly open = (id: string): void => {
    this.leave();
    this.services.app.commands.execute('parsess-lab:open-session', { id }).catch(showError);
  };

  private readonly bringBack = async ({ id, session }: WorktreeInfo): Promise<void> => {
    const { feed, server } = this.services;
    const known = session === null ? undefined : feed.sessions.get(session);
    await bringBack(this.services, id, known ?? null);
    if (known) {
      feed.put(await server.get(known.id));
    }
    await this.look();
  };

  private readonly server: Worktrees;
  private worktrees: readonly WorktreeInfo[] = [];
  private leftovers: readonly Leftover[] = [];
}

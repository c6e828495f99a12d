/** The Changes tab of a pane: looked at as long as the pane is seen, drawn while it is in front. */
import { Notification } from '@jupyterlab/apputils';
import { PathExt } from '@jupyterlab/coreutils';
import { UUID } from '@lumino/coreutils';
import type { Message } from '@lumino/messaging';
import type { ReactElement } from 'react';

import { SessionChanges, type ILanding } from '../server/changes';
import { Worktrees } from '../server/worktrees';
import { reviewPrompt } from '../session/comments';
import type { SessionModel } from '../session/model';
import { Changes } from '../views/changes/changes';
import type { IChangesActions, IChangesSession, ILandActions, Panel } from '../views/changes/contract';
import { placeWord, tabCounts } from '../views/changes/words';
import type { IPaneActions, IViewContext } from '../views/contract';
import { changesIcon } from '../views/icons';
import { showError } from './actions';
import { ChangesModel } from './changesModel';
import { FocusView } from './focusView';
import type { SessionPane } from './pane';
import { shorten, type IPlaces } from './places';

/** Milliseconds that the way back stands in the page's corner. */
const UNDO_SHOWN = 12_000;

export class ChangesView extends FocusView {
  /** @param propose - Put a prompt into the composer. */
  constructor(
    private readonly pane: SessionPane,
    private readonly session: SessionModel,
    private readonly places: IPlaces,
    private readonly actions: IPaneActions,
    private readonly propose: (text: string) => void
  ) {
    super();
    this.addClass('parsess-ChangesView');
    const { server, trans, preferences } = pane.services;
    this.server = new SessionChanges(server.settings, session.id);
    this.worktrees = new Worktrees(server.settings);
    this.model = new ChangesModel(this.server, session.id);
    this.title.label = trans.__('Changes');
    this.title.icon = changesIcon;
    this.title.dataset = { ...this.title.dataset, lower: 'changes' };
    this.model.stateChanged.connect(() => {
      this.onChange();
    });
    session.stateChanged.connect(this.onSession);
    preferences.changed.connect(this.onSession);
  }

  override dispose(): void {
    if (!this.isDisposed) {
      this.session.stateChanged.disconnect(this.onSession);
      this.pane.services.preferences.changed.disconnect(this.onSession);
      this.model.dispose();
      super.dispose();
    }
  }

  get hasFocus(): boolean {
    return this.node.contains(document.activeElement);
  }

  /** @param seen - The tab's name with its counts is on the screen. */
  setSeen(seen: boolean): void {
    this.seen = seen;
    this.model.show(seen, seen && this.isVisible);
  }

  showPanel(panel: Panel | null): void {
    this.model.setPanel(panel);
  }

  sendComments(): void {
    this.changesActions.sendComments();
  }

  get hasComments(): boolean {
    return this.model.state.comments.length > 0;
  }

  protected override onAfterShow(message: Message): void {
    super.onAfterShow(message);
    this.setSeen(this.seen);
    this.update();
  }

  protected override onAfterHide(message: Message): void {
    super.onAfterHide(message);
    this.model.show(this.seen, false);
  }

  protected override render(): ReactElement {
    return (
      <Changes
        context={this.context()}
        state={this.model.state}
        actions={this.changesActions}
        landing={this.landing}
        session={this.facts()}
        shorten={this.shorten}
      />
    );
  }

  private context(): IViewContext {
    const { trans, rendermime, preferences } = this.pane.services;
    const { density } = preferences.current;
    if (this._context?.density !== density) {
      this._context = { trans, rendermime, actions: this.actions, density };
    }
    return this._context;
  }

  private facts(): IChangesSession {
    const { summary, state } = this.session;
    return {
      name: this.pane.label,
      branch: summary?.branch ?? null,
      worktree: summary?.worktree ?? null,
      readOnly: (summary?.read_only ?? false) || state.archived,
      running: state.turnStartedAt !== null
    };
  }

  private onChange(): void {
    const { trans } = this.pane.services;
    const { list } = this.model.state;
    const counts = list ? tabCounts(trans, list) : '';
    this.title.label = counts === '' ? trans.__('Changes') : trans.__('Changes %1', counts);
    this.title.caption = counts;
    if (this.isVisible) {
      this.update();
    }
  }

  private readonly onSession = (): void => {
    const ended = this.session.state.endedSeq;
    if (ended !== this.ended) {
      this.ended = ended;
      // A turn in a directory without git tells nobody what it changed.
      this.model.refreshIfShown();
    }
    if (this.isVisible) {
      this.update();
    }
  };

  private readonly changesActions: IChangesActions = {
    setScope: scope => {
      this.model.setScope(scope);
    },
    select: path => {
      this.model.select(path);
    },
    setLayout: layout => {
      this.model.setLayout(layout);
    },
    refresh: () => {
      this.model.show(false, false);
      this.setSeen(this.seen);
    },
    stage: (path, hunks) => {
      void this.model.act(async server => {
        await server.stage(path, hunks);
        return undefined;
      });
    },
    unstage: (path, hunks) => {
      void this.model.act(async server => {
        await server.unstage(path, hunks);
        return undefined;
      });
    },
    revert: (path, hunks) => {
      void this.model.act(async (server, scope) => ({
        reverted: await server.revert(path, scope, hunks)
      }));
    },
    undoRevert: () => {
      const { reverted } = this.model.state;
      if (reverted) {
        void this.model.act(async server => {
          await server.undoRevert(reverted);
          return undefined;
        });
      }
    },
    commit: message => this.model.act(async server => ({ committed: await server.commit(message) })),
    dismiss: () => {
      this.model.dismiss();
    },
    addComment: (path, place, quote, text) => {
      this.model.addComment(path, place, quote, text);
    },
    editComment: (id, text) => {
      this.model.editComment(id, text);
    },
    removeComment: id => {
      this.model.removeComment(id);
    },
    sendComments: () => {
      void this.model.act(async () => {
        await this.actions.send(UUID.uuid4(), this.review(), [], 'queue');
        this.model.clearComments();
        return undefined;
      });
    },
    propose: () => {
      const { trans } = this.pane.services;
      this.propose(
        trans.__(
          'Propose a commit message for what is staged (`git diff --cached`). Answer with the message alone, and do not commit.'
        )
      );
    },
    open: (path, line) => {
      const top = this.model.state.list?.top ?? '';
      this.actions.openFile(PathExt.join(top, path), line);
    },
    showPanel: panel => {
      this.model.setPanel(panel);
    }
  };

  private readonly landing: ILandActions = {
    info: () => this.server.landInfo(),
    land: async landing => {
      const landed = await this.server.land(landing);
      await this.refreshSummary();
      return landed;
    },
    resolve: (target, how, files) =>
      this.actions.send(UUID.uuid4(), this.resolvePrompt(target, how, files), [], 'queue'),
    push: async () => (await this.server.push()).remote,
    openPullRequest: wanted => this.server.openPullRequest(wanted),
    pullRequest: () => this.server.pullRequest(),
    details: () => this.worktrees.get(this.worktree()),
    remove: (consent, archive) => this.remove(consent, archive)
  };

  private review(): string {
    const { trans } = this.pane.services;
    return reviewPrompt(this.model.state.comments, {
      opening: trans.__('I looked through the changes. Please see to these comments:'),
      where: place => placeWord(trans, place)
    });
  }

  private resolvePrompt(target: string, how: ILanding['how'], files: readonly string[]): string {
    const { trans } = this.pane.services;
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

  private async remove(consent: readonly string[], archive: boolean): Promise<void> {
    const { server, feed, trans } = this.pane.services;
    const { id, path } = await this.worktrees.remove(this.worktree(), consent);
    this.model.setPanel(null);
    if (archive) {
      feed.put(await server.change(this.session.id, { archived: true }));
    }
    Notification.success(trans.__('Removed the worktree %1.', shorten(this.places, path)), {
      // It stays in the list of notifications.
      autoClose: UNDO_SHOWN,
      actions: [
        {
          label: trans.__('Undo'),
          callback: () => void this.restore(id, archive).catch(showError)
        }
      ]
    });
  }

  private async restore(id: string, archived: boolean): Promise<void> {
    const { server, feed, trans } = this.pane.services;
    const { path, notes } = await this.worktrees.restore(id);
    if (archived) {
      feed.put(await server.change(this.session.id, { archived: false }));
    }
    const said = trans.__('Back as it was: %1', shorten(this.places, path));
    Notification.info([said, ...notes].join('. '), { autoClose: UNDO_SHOWN });
    this.changesActions.refresh();
    await this.refreshSummary();
  }

  private async refreshSummary(): Promise<void> {
    const { server, feed } = this.pane.services;
    feed.put(await server.get(this.session.id));
  }

  private worktree(): string {
    const id = this.session.summary?.worktree?.id;
    if (!id) {
      throw new Error(
        this.pane.services.trans.__('This worktree was made elsewhere, and is not removed from here.')
      );
    }
    return id;
  }

  private readonly shorten = (path: string) => shorten(this.places, path);

  protected readonly focusSelectors = ['.parsess-Panel button', '.parsess-Files', 'button'];
  private readonly server: SessionChanges;
  private readonly worktrees: Worktrees;
  private readonly model: ChangesModel;
  private _context: IViewContext | null = null;
  private seen = false;
  private ended = 0;
}

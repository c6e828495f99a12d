/** The Changes tab of a pane: looked at as long as the pane is seen, drawn while it is in front. */
import type { Message } from '@lumino/messaging';
import { Signal } from '@lumino/signaling';
import type { ReactElement } from 'react';

import { SessionChanges } from '../server/changes';
import type { SessionModel } from '../session/model';
import { Changes } from '../views/changes/changes';
import type { IChangesActions, IChangesSession, ILandActions, Panel } from '../views/changes/contract';
import { tabCounts } from '../views/changes/words';
import type { IPaneActions, IViewContext } from '../views/contract';
import { changesIcon } from '../views/icons';
import { changesActions } from './changesActions';
import { ChangesModel } from './changesModel';
import { FocusView } from './focusView';
import { landingActions } from './landingActions';
import type { SessionPane } from './pane';
import { shorten, type IPlaces } from './places';
import { Proposing } from './proposing';

export class ChangesView extends FocusView {
  constructor(
    private readonly pane: SessionPane,
    private readonly session: SessionModel,
    private readonly places: IPlaces,
    private readonly actions: IPaneActions
  ) {
    super();
    this.addClass('parsess-ChangesView');
    const { server, trans, preferences } = pane.services;
    this.model = new ChangesModel(new SessionChanges(server.settings, session.id), session.id);
    this.proposing = new Proposing({ trans, model: this.model, pane: actions });
    this.changesActions = changesActions({
      trans,
      model: this.model,
      pane: actions,
      proposing: this.proposing,
      look: () => {
        this.lookAnew();
      }
    });
    this.landing = landingActions({
      services: pane.services,
      session,
      places,
      pane: actions,
      onRemoved: () => {
        this.model.setPanel(null);
      },
      onRestored: () => {
        this.lookAnew();
      }
    });
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
      Signal.clearData(this);
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
      writes: summary?.agent !== 'tour',
      readOnly: (summary?.read_only ?? false) || state.archived,
      running: state.turnStartedAt !== null
    };
  }

  /** Begin to watch anew, and look. */
  lookAnew(): void {
    this.model.show(false, false);
    this.setSeen(this.seen);
  }

  /** Landing or removing, if one of them is open. */
  get panel(): Panel | null {
    return this.model.state.panel;
  }

  readonly panelChanged = new Signal<this, void>(this);

  private onChange(): void {
    const { trans } = this.pane.services;
    if (this.panel !== this.shown) {
      this.shown = this.panel;
      this.panelChanged.emit();
    }
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
    this.proposing.follow(this.session.state);
    if (this.isVisible) {
      this.update();
    }
  };

  private readonly shorten = (path: string) => shorten(this.places, path);

  protected readonly focusSelectors = ['.parsess-Panel button', '.parsess-Files', 'button'];
  private readonly model: ChangesModel;
  private readonly proposing: Proposing;
  private readonly changesActions: IChangesActions;
  private readonly landing: ILandActions;
  private _context: IViewContext | null = null;
  private shown: Panel | null = null;
  private seen = false;
  private ended = 0;
}

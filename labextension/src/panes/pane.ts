/** The main-area widget of one session, or of the form that becomes one. Light: what it holds is loaded late. */
import { MainAreaWidget } from '@jupyterlab/apputils';
import { UUID } from '@lumino/coreutils';
import type { Message } from '@lumino/messaging';
import { Signal } from '@lumino/signaling';
import { StackedPanel } from '@lumino/widgets';

import { SessionModel } from '../session/model';
import type { Activity } from '../session/state';
import { ACTIVITY_SIGNS, activityWord } from '../views/activity';
import { sessionIcon } from '../views/icons';
import type { IPaneContent, ISessionCommands } from './content';
import { LoadFailed } from './loadFailed';
import type { IPaneServices } from './services';
import { Shortcuts } from './shortcuts';

/** What a pane shows, and what it is restored from. A draft is the form of a session that is not made yet. */
export type Subject =
  { readonly session: string } | { readonly draft: string; readonly directory: string | null };

export const newDraft = (directory: string | null): Subject => ({ draft: UUID.uuid4(), directory });

const nameOf = (subject: Subject): string =>
  'session' in subject ? `session-${subject.session}` : `draft-${subject.draft}`;

export class SessionPane extends MainAreaWidget<StackedPanel> implements EventListenerObject {
  constructor(
    readonly services: IPaneServices,
    subject: Subject
  ) {
    super({ content: new StackedPanel() });
    this._subject = subject;
    this.id = `parsess-pane-${this.name}`;
    this.toolbar.hide();
    this.title.closable = true;
    this.title.icon = sessionIcon;
    // The dock makes the outer node a tab panel, so the region is inside.
    this.content.addClass('parsess-Pane');
    this.content.node.setAttribute('role', 'region');
    this.content.node.tabIndex = -1;
    this.shortcuts = new Shortcuts(services.app.commands, this.content.node);
    document.addEventListener('visibilitychange', this);
    this.display();
  }

  /** Another session than before: the form made one, or a form took the place of a lost one. */
  readonly subjectChanged = new Signal<this, void>(this);

  get subject(): Subject {
    return this._subject;
  }

  /** Unique among panes, the same after a reload. */
  get name(): string {
    return nameOf(this._subject);
  }

  get session(): string | null {
    return 'session' in this._subject ? this._subject.session : null;
  }

  /** Null while this is a form. */
  get model(): SessionModel | null {
    return this._model;
  }

  get activity(): Activity | null {
    return this._model?.state.activity ?? null;
  }

  /** The session's name. */
  get label(): string {
    const { trans } = this.services;
    if (!this._model) {
      return trans.__('New session');
    }
    const { state, summary } = this._model;
    const names = [state.name, summary?.name ?? ''];
    return names.find(name => name !== '') ?? trans.__('Session');
  }

  /** What a new pane beside this one begins with. */
  get directory(): string | null {
    return 'draft' in this._subject ? this._subject.directory : (this._model?.summary?.directory ?? null);
  }

  /** Show another subject in this place. */
  become(subject: Subject): void {
    this._subject = subject;
    this.display();
    this.subjectChanged.emit();
  }

  toggleTerminal(): void {
    this._inner?.toggleTerminal();
  }

  /** What can be done with the session; null while there is none, or it is being loaded. */
  get commands(): ISessionCommands | null {
    return this._inner?.commands ?? null;
  }

  override dispose(): void {
    if (!this.isDisposed) {
      document.removeEventListener('visibilitychange', this);
      this.shortcuts.dispose();
      this._model?.dispose();
      super.dispose();
      Signal.clearData(this);
    }
  }

  handleEvent(): void {
    this.reportSeen();
  }

  protected override onActivateRequest(message: Message): void {
    super.onActivateRequest(message);
    this._inner?.focus();
    this._focusWhenLoaded = this._inner === null;
  }

  protected override onAfterShow(message: Message): void {
    super.onAfterShow(message);
    this.reportSeen();
  }

  private display(): void {
    const { session } = this;
    // A button that was pressed is disabled meanwhile, and the keyboard is nowhere.
    const isCurrent = this.services.app.shell.currentWidget === this;
    this._inner?.dispose();
    this._inner = null;
    this._model?.dispose();
    this._seen = 0;
    this._model =
      session === null ? null : new SessionModel(session, this.services.server, this.services.feed);
    this._model?.stateChanged.connect(() => {
      this.onStateChanged();
    });
    this.content.node.dataset.sessionId = session ?? '';
    this._focusWhenLoaded = isCurrent;
    this.updateTitle();
    void this.load();
  }

  private async load(): Promise<void> {
    const subject = this._subject;
    const inner = await this.build().catch((error: unknown) => new LoadFailed(this.services, error));
    if (this.isDisposed || subject !== this._subject) {
      inner.dispose();
      return;
    }
    this._inner = inner;
    this.content.addWidget(inner);
    if (this._focusWhenLoaded) {
      inner.focus();
    }
  }

  private async build(): Promise<IPaneContent> {
    const { draftContent, sessionContent } = await import('./contents');
    return this._model ? sessionContent(this, this._model) : draftContent(this);
  }

  private onStateChanged(): void {
    this.updateTitle();
    this.reportSeen();
  }

  private updateTitle(): void {
    const { title, content, model } = this;
    const { trans } = this.services;
    if (model) {
      const { activity, directory } = model.state;
      const sign = model.connection === 'gone' ? '' : `${ACTIVITY_SIGNS[activity]} `;
      title.label = `${sign}${this.label}`;
      title.caption = `${activityWord(trans, activity)}\n${directory ?? model.summary?.directory ?? ''}`;
      title.className = `parsess-Tab parsess-mod-${activity}`;
      title.dataset = { ...title.dataset, sessionState: activity };
      content.node.dataset.sessionState = activity;
    } else {
      title.label = this.label;
    }
    content.node.setAttribute('aria-label', this.label);
  }

  /** Finished is what nobody has looked at: now somebody does. */
  private reportSeen(): void {
    const { model } = this;
    if (model?.state.activity !== 'finished' || !this.isVisible || document.hidden) {
      return;
    }
    const { lastSeq } = model.state;
    if (lastSeq > this._seen && !model.summary?.read_only) {
      this._seen = lastSeq;
      // Reported again with the next look.
      this.services.server.seen(model.id, lastSeq).catch(() => (this._seen = 0));
    }
  }

  private readonly shortcuts: Shortcuts;
  private _subject: Subject;
  private _model: SessionModel | null = null;
  private _inner: IPaneContent | null = null;
  private _focusWhenLoaded = false;
  private _seen = 0;
}

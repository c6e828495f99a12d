/** All panes of the page: which there are, which is current, and where the next one goes. */
import { WidgetTracker } from '@jupyterlab/apputils';

import { newDraft, SessionPane, type Subject } from './pane';
import type { IPaneServices } from './services';

export type Side = 'split-right' | 'split-bottom';

/** Where a new pane goes: beside `ref`, else as a tab after the current one. */
export interface IPlacement {
  readonly mode?: Side;
  readonly ref?: string | null;
}

export class Panes {
  constructor(private readonly services: IPaneServices) {
    const { shell, restored } = services.app;
    shell.currentChanged?.connect(() => {
      this.markFocused();
    });
    void restored.then(() => {
      this._restored = true;
    });
  }

  readonly tracker = new WidgetTracker<SessionPane>({ namespace: 'parsess-lab' });

  /** The pane that has the focus; null when it is elsewhere. */
  get current(): SessionPane | null {
    const current = this.services.app.shell.currentWidget;
    return current instanceof SessionPane ? current : null;
  }

  /** As they lie in the dock: left to right, top to bottom. */
  get inOrder(): SessionPane[] {
    return [...this.services.app.shell.widgets('main')].filter(widget => widget instanceof SessionPane);
  }

  /** Show a subject: in the pane that has it already, else in a new one. */
  open(subject: Subject, options: IPlacement = {}): SessionPane {
    const known = 'session' in subject ? this.find(subject.session) : undefined;
    if (known) {
      this.services.app.shell.activateById(known.id);
      return known;
    }
    const pane = new SessionPane(this.services, subject);
    pane.subjectChanged.connect(() => {
      void this.tracker.save(pane);
    });
    // While the page is restored, the saved layout says which pane is in front.
    this.services.app.shell.add(pane, 'main', { activate: this._restored, ...options });
    void this.tracker.add(pane);
    this.markFocused();
    return pane;
  }

  /** A form beside the current pane, which stays as it is. */
  split(mode: Side, directory: string | null): SessionPane {
    const ref = this.services.app.shell.currentWidget?.id ?? null;
    return this.open(newDraft(this.current?.directory ?? directory), { mode, ref });
  }

  /** The pane `by` places after the current one, around the end. */
  step(by: number): void {
    const panes = this.inOrder;
    const { current } = this;
    const from = current ? panes.indexOf(current) : by > 0 ? -1 : 0;
    this.activate(panes.at((from + by) % panes.length));
  }

  /** @param index - From 1. */
  goTo(index: number): void {
    this.activate(this.inOrder[index - 1]);
  }

  get waiting(): readonly string[] {
    return [...this.services.feed.sessions.values()]
      .filter(({ state }) => state === 'waiting')
      .map(({ id }) => id);
  }

  /** The next pane that waits after the current one; then those that no pane shows. */
  nextWaiting(): void {
    const { waiting, inOrder, current } = this;
    const start = current ? inOrder.indexOf(current) + 1 : 0;
    const shown = [...inOrder.slice(start), ...inOrder.slice(0, start)].flatMap(
      ({ session }) => session ?? []
    );
    const next = [...shown.filter(id => waiting.includes(id)), ...waiting].find(
      id => id !== current?.session
    );
    if (next !== undefined) {
      this.open({ session: next });
    }
  }

  find(session: string): SessionPane | undefined {
    return this.tracker.find(pane => pane.session === session);
  }

  private activate(pane: SessionPane | undefined): void {
    if (pane) {
      this.services.app.shell.activateById(pane.id);
    }
  }

  private markFocused(): void {
    this.tracker.forEach(pane => {
      pane.content.toggleClass('parsess-mod-focused', pane === this.current);
    });
  }

  private _restored = false;
}

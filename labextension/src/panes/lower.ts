/** The lower part of a pane: tabs that can be folded away to their bar. */
import { caretDownEmptyThinIcon, caretUpEmptyThinIcon } from '@jupyterlab/ui-components';
import type { TranslationBundle } from '@jupyterlab/translation';
import { Signal } from '@lumino/signaling';
import { TabPanel, type Widget } from '@lumino/widgets';

import { LowerTabs } from './lowerTabs';

export class LowerArea extends TabPanel {
  constructor(
    private readonly trans: TranslationBundle,
    open: boolean
  ) {
    super({ renderer: new LowerTabs(trans), addButtonEnabled: true });
    this.addClass('parsess-Lower');
    this.tabBar.addClass('parsess-Lower-bar');
    this.tabBar.tabActivateRequested.connect(() => {
      this.open = true;
    });
    this.tabBar.addButtonNode.title = trans.__('New terminal');
    this.tabBar.addButtonNode.setAttribute('aria-label', trans.__('New terminal'));
    this.tabBar.contentNode.addEventListener('dblclick', event => {
      this.onDoubleClick(event);
    });
    this.aside = this.tabBar.node.appendChild(document.createElement('div'));
    this.aside.className = 'parsess-Lower-aside';
    this.fold = this.tabBar.node.appendChild(document.createElement('button'));
    this.fold.type = 'button';
    this.fold.className = 'parsess-IconButton parsess-Lower-fold';
    // The bar begins a drag or a change of tabs with what it hears.
    for (const node of [this.aside, this.fold]) {
      node.addEventListener('pointerdown', event => {
        event.stopPropagation();
      });
    }
    this.fold.addEventListener('click', () => {
      this.open = !this.open;
    });
    this._open = open;
    this.draw();
  }

  /** Opened or folded. */
  readonly openChanged = new Signal<this, boolean>(this);
  /** Somebody wants to give the widget of a tab another name. */
  readonly renameRequested = new Signal<this, Widget>(this);

  /** Room in the bar, between the tabs and the button that folds. */
  readonly aside: HTMLElement;

  get open(): boolean {
    return this._open;
  }

  set open(open: boolean) {
    if (open !== this._open) {
      this._open = open;
      this.draw();
      this.openChanged.emit(open);
    }
  }

  override addWidget(widget: Widget): void {
    super.addWidget(widget);
    this.currentWidget ??= widget;
  }

  private onDoubleClick(event: MouseEvent): void {
    const tabs = [...this.tabBar.contentNode.children];
    const title = this.tabBar.titles[tabs.findIndex(tab => tab.contains(event.target as Node))];
    if (title) {
      this.renameRequested.emit(title.owner);
    }
  }

  private draw(): void {
    const { trans, fold } = this;
    this.toggleClass('parsess-mod-folded', !this._open);
    this.stackedPanel.setHidden(!this._open);
    fold.title = this._open ? trans.__('Fold the lower part') : trans.__('Open the lower part');
    fold.setAttribute('aria-label', fold.title);
    fold.setAttribute('aria-expanded', String(this._open));
    fold.replaceChildren((this._open ? caretDownEmptyThinIcon : caretUpEmptyThinIcon).element());
  }

  private readonly fold: HTMLButtonElement;
  private _open: boolean;
}

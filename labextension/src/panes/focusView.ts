/** A React view that can be given the keyboard before it has been drawn. */
import { ReactWidget } from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';

export abstract class FocusView extends ReactWidget {
  /** What takes the keyboard: the first there is, in this order. */
  protected abstract readonly focusSelectors: readonly string[];

  focus(): void {
    this.focusWhenDrawn = true;
    this.update();
  }

  protected override onUpdateRequest(message: Message): void {
    super.onUpdateRequest(message);
    if (this.focusWhenDrawn) {
      this.focusWhenDrawn = false;
      void this.renderPromise?.then(() => {
        focusFirst(this.node, this.focusSelectors);
      });
    }
  }

  private focusWhenDrawn = false;
}

/** Unless the keyboard is already inside `node`, or has moved to another widget in the meantime. */
function focusFirst(node: HTMLElement, selectors: readonly string[]): void {
  const { activeElement } = document;
  const isFree = activeElement === null || activeElement === document.body || activeElement.contains(node);
  const targets = selectors.map(selector => node.querySelector<HTMLElement>(`${selector}:not(:disabled)`));
  if (isFree) {
    targets.find(target => target !== null)?.focus();
  }
}

/** In place of what could not be loaded, which a reload of the page mends. */
import { Widget } from '@lumino/widgets';

import { messageOf } from '../server/request';
import type { IPaneContent } from './content';
import type { IPaneServices } from './services';

export class LoadFailed extends Widget implements IPaneContent {
  constructor({ trans }: IPaneServices, error: unknown) {
    super();
    this.addClass('parsess-LoadFailed');
    const reason = messageOf(error);
    this.node.textContent = trans.__(
      'This pane could not be loaded: %1. Reload the page to try again.',
      reason
    );
    this.node.setAttribute('role', 'alert');
    this.node.tabIndex = -1;
  }

  readonly commands = null;

  focus(): void {
    this.node.focus();
  }

  toggleTerminal(): void {
    this.focus();
  }
}

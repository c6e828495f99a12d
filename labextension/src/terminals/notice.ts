/**
 * A line at a terminal: what happened, and at most one thing to do about it.
 *
 * Over a living shell it lies on the upper edge: taking rows away, the shell would draw its prompt for another size.
 * Where there is none, it stands below what was printed last.
 */
import { Widget } from '@lumino/widgets';

export interface INoticeAction {
  readonly label: string;
  readonly run: () => void;
}

export class Notice extends Widget {
  constructor() {
    super();
    this.addClass('parsess-TerminalNotice');
    this.node.setAttribute('role', 'status');
    this.hide();
  }

  say(message: string, over: boolean, action?: INoticeAction): void {
    this.toggleClass('parsess-mod-over', over);
    this.node.replaceChildren(text(message), ...(action ? [button(action)] : []));
    this.show();
  }

  focus(): void {
    this.node.querySelector('button')?.focus();
  }
}

function text(message: string): HTMLElement {
  const node = document.createElement('span');
  node.textContent = message;
  return node;
}

function button({ label, run }: INoticeAction): HTMLElement {
  const node = document.createElement('button');
  node.type = 'button';
  node.className = 'jp-mod-styled jp-mod-minimal';
  node.textContent = label;
  node.addEventListener('click', run);
  return node;
}

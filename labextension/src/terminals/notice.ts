/** A line below a terminal: what happened, and at most one thing to do about it. */
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

  say(message: string, action?: INoticeAction): void {
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

/**
 * A line over the upper edge of a terminal: something offered, with what can be done about it. It lies on the
 * terminal instead of taking a row from it, since the shell would redraw its prompt for another size.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import { closeIcon } from '@jupyterlab/ui-components';
import { Widget } from '@lumino/widgets';

export interface IOffer {
  /** Another offer of the same kind takes its place. */
  readonly kind: 'command' | 'directory';
  readonly text: string;
  readonly action: string;
  readonly run: () => void;
}

export class Strip extends Widget {
  constructor(private readonly trans: TranslationBundle) {
    super();
    this.addClass('parsess-TerminalStrip');
    this.node.setAttribute('role', 'status');
    this.draw();
  }

  /** Offered quietly: the keyboard stays where it is. */
  offer(offer: IOffer): void {
    this.withdraw(offer.kind);
    this.offers = [...this.offers, offer];
    this.draw();
  }

  withdraw(kind: IOffer['kind']): void {
    this.offers = this.offers.filter(offer => offer.kind !== kind);
    this.draw();
  }

  private draw(): void {
    this.node.replaceChildren(...this.offers.map(offer => this.line(offer)));
    this.setHidden(this.offers.length === 0);
  }

  private line(offer: IOffer): HTMLElement {
    const line = document.createElement('div');
    line.className = 'parsess-TerminalStrip-line';
    const text = document.createElement('span');
    text.className = 'parsess-TerminalStrip-text';
    text.textContent = text.title = offer.text;
    const act = button('parsess-Button parsess-mod-link', () => {
      this.withdraw(offer.kind);
      offer.run();
    });
    act.textContent = offer.action;
    const dismiss = button('parsess-IconButton', () => {
      this.withdraw(offer.kind);
    });
    dismiss.title = this.trans.__('Dismiss');
    dismiss.setAttribute('aria-label', dismiss.title);
    dismiss.append(closeIcon.element({ tag: 'span' }));
    line.append(text, act, dismiss);
    return line;
  }

  private offers: readonly IOffer[] = [];
}

function button(className: string, run: () => void): HTMLButtonElement {
  const node = document.createElement('button');
  node.type = 'button';
  node.className = className;
  node.addEventListener('click', run);
  return node;
}

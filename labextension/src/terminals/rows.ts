/** A button at the right edge of each command's row, by which it is sent to the prompt. */
import type { IDisposable } from '@lumino/disposable';

import type { IDecoration, IMarker, IScreen } from './screen';

/** Kept at most; older commands have the palette's way only, if they are the last one. */
const MOST = 50;

/** Characters. */
const WIDTH = 2;

/** Finds the rows by the marks in the output (OSC 133), which the server has made trustworthy. */
export class CommandRows implements IDisposable {
  constructor(
    private readonly screen: IScreen,
    private readonly label: string,
    private readonly send: (command: number) => void
  ) {
    this.handler = screen.parser.registerOscHandler(133, data => {
      this.onMark(data);
      return true;
    });
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    this.handler.dispose();
    this.decorations.forEach(decoration => {
      decoration.dispose();
    });
  }

  private onMark(data: string): void {
    const { kind, id, exitCode } = parseMark(data);
    if (kind === 'C') {
      // The output begins on the row after the command.
      this.begun = this.screen.buffer.active.type === 'normal' ? this.screen.registerMarker(-1) : undefined;
    } else if (kind === 'D' && id !== null && this.begun) {
      this.decorate(this.begun, id, exitCode !== null && exitCode !== 0);
      this.begun = undefined;
    }
  }

  private decorate(marker: IMarker, id: number, failed: boolean): void {
    const decoration = this.screen.registerDecoration({ marker, anchor: 'right', x: 1, width: WIDTH });
    if (!decoration) {
      return;
    }
    decoration.onRender(element => {
      this.dress(element, id, failed);
    });
    this.decorations.push(decoration);
    if (this.decorations.length > MOST) {
      this.decorations.shift()?.dispose();
    }
  }

  /** For the pointer only: the keyboard has the shortcut. */
  private dress(element: HTMLElement, id: number, failed: boolean): void {
    if (element.firstChild) {
      return;
    }
    element.classList.add('parsess-CommandRow');
    element.classList.toggle('parsess-mod-failed', failed);
    const button = document.createElement('button');
    button.type = 'button';
    button.tabIndex = -1;
    button.textContent = '↑';
    button.title = this.label;
    button.setAttribute('aria-hidden', 'true');
    // xterm would begin a selection.
    button.addEventListener('mousedown', event => {
      event.stopPropagation();
      event.preventDefault();
    });
    button.addEventListener('click', () => {
      this.send(id);
    });
    element.append(button);
  }

  private readonly handler: IDisposable;
  private readonly decorations: IDecoration[] = [];
  private begun: IMarker | undefined;
  private _isDisposed = false;
}

interface IMark {
  readonly kind: string;
  readonly id: number | null;
  readonly exitCode: number | null;
}

/** `D;1;id=17`: command 17 ended with exit code 1. */
export function parseMark(data: string): IMark {
  const [kind = '', ...rest] = data.split(';');
  const id = rest.find(part => part.startsWith('id='))?.slice(3);
  const [code] = rest;
  return { kind, id: toNumber(id), exitCode: kind === 'D' ? toNumber(code) : null };
}

const toNumber = (text: string | undefined): number | null =>
  text !== undefined && /^-?\d+$/.test(text) ? Number(text) : null;

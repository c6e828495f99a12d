/**
 * Which terminals are drawn by the graphics card.
 *
 * A browser gives a page about sixteen contexts for it, and takes the oldest away when one more is asked for.
 * JupyterLab's widget then asks anew at once, which takes away the next one: with more terminals than that, seen or
 * not, the page does nothing else. So those seen last have one, and the others, like any that lost theirs, are
 * drawn as elements of the page until they are seen again.
 */
import type { IDisposable } from '@lumino/disposable';

import type { IAddon, IScreen } from './screen';

/** Leaves room for JupyterLab's own terminals. */
const CONTEXTS = 8;

/** The one seen last is the last. */
const drawing: Renderer[] = [];

interface IContextAddon extends IAddon {
  onContextLoss(lost: () => void): IDisposable;
}

export class Renderer implements IDisposable {
  /** In place of the widget's own; where that draws without the graphics card, it is left as it is. */
  constructor(private readonly screen: IScreen) {
    const found = screen._addonManager?._addons.find(({ instance }) => 'onContextLoss' in instance);
    if (found) {
      this.Addon = found.instance.constructor as new () => IContextAddon;
      this.drop(found.instance);
    }
  }

  isDisposed = false;

  /** It is seen now. */
  take(): void {
    if (this.Addon && !this.isDisposed) {
      leave(this);
      drawing.push(this);
      this.addon ??= this.load(new this.Addon());
      if (drawing.length > CONTEXTS) {
        drawing[0]?.give();
      }
    }
  }

  dispose(): void {
    this.isDisposed = true;
    this.give();
  }

  private give(): void {
    leave(this);
    if (this.addon) {
      this.drop(this.addon);
      this.addon = null;
    }
  }

  private drop(addon: IAddon): void {
    const canvases = [...(this.screen.element?.querySelectorAll('canvas') ?? [])];
    addon.dispose();
    canvases.forEach(release);
  }

  private load(addon: IContextAddon): IContextAddon {
    this.screen.loadAddon(addon);
    addon.onContextLoss(() => {
      this.give();
    });
    return addon;
  }

  private readonly Addon: (new () => IContextAddon) | null = null;
  private addon: IContextAddon | null = null;
}

function leave(renderer: Renderer): void {
  const place = drawing.indexOf(renderer);
  if (place >= 0) {
    drawing.splice(place, 1);
  }
}

/** Else the browser counts it until it happens to collect its garbage. */
function release(canvas: HTMLCanvasElement): void {
  canvas.getContext('webgl2')?.getExtension('WEBGL_lose_context')?.loseContext();
}

/** Many changes, one call: at the next frame, or a few times a second while the page is hidden. */
import { DisposableDelegate, type IDisposable } from '@lumino/disposable';

const HIDDEN_INTERVAL = 250;

export interface IConflated extends IDisposable {
  /** Ask for a call; asking again before it changes nothing. */
  request(): void;
}

export function conflate(call: () => void): IConflated {
  let cancel: (() => void) | null = null;
  const run = () => {
    cancel = null;
    call();
  };
  const stop = new DisposableDelegate(() => cancel?.());
  return Object.assign(stop, {
    request: () => {
      if (!stop.isDisposed) {
        cancel ??= schedule(run);
      }
    }
  });
}

/** Browsers draw no frames for a page that is hidden, but its title has to tell the truth. */
function schedule(run: () => void): () => void {
  if (document.hidden) {
    const timer = setTimeout(run, HIDDEN_INTERVAL);
    return () => {
      clearTimeout(timer);
    };
  }
  const frame = requestAnimationFrame(run);
  return () => {
    cancelAnimationFrame(frame);
  };
}

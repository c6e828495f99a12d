/** What browsers have and jsdom has not, as far as JupyterLab and Lumino ask for it on import. */

class FakeDragEvent extends MouseEvent {}

/** Nothing has a size here, so nothing is ever observed. */
class FakeResizeObserver {
  readonly observe = () => undefined;
  readonly unobserve = () => undefined;
  readonly disconnect = () => undefined;
}

function matchMedia(media: string) {
  const nothing = () => undefined;
  const old = { addListener: nothing, removeListener: nothing };
  return Object.assign(new EventTarget(), { media, matches: false, onchange: null, ...old });
}

Object.assign(globalThis, { DragEvent: FakeDragEvent, ResizeObserver: FakeResizeObserver });
Object.assign(window, { matchMedia, requestIdleCallback: (run: () => void) => setTimeout(run) });

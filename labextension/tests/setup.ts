/** What browsers have and jsdom has not, as far as JupyterLab and Lumino ask for it on import. */

class FakeDragEvent extends MouseEvent {}

/** Nothing has a size here, so nothing is ever observed. */
class FakeResizeObserver {
  readonly observe = () => undefined;
  readonly unobserve = () => undefined;
  readonly disconnect = () => undefined;
}

function matchMedia(media: string) {
  return Object.assign(new EventTarget(), { media, matches: false, onchange: null });
}

Object.assign(globalThis, { DragEvent: FakeDragEvent, ResizeObserver: FakeResizeObserver });
Object.assign(window, { matchMedia });

/** One piece of text drawn by a renderer of JupyterLab's. */
import type { IRenderMime, IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { MimeModel } from '@jupyterlab/rendermime';
import { MessageLoop } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';
import { memo, useEffect, useRef, type ReactElement } from 'react';

import { untrusted } from './untrusted';

export interface IRenderedProps {
  readonly rendermime: IRenderMimeRegistry;
  readonly mimeType: string;
  readonly text: string;
  /** Dress what has been drawn (buttons, links) before it is seen. Keep its identity. */
  readonly dress?: (node: HTMLElement) => void;
}

/** Never trusted. A new text is drawn aside and put in place when it is ready, so that nothing flickers. */
function RenderedView(props: IRenderedProps): ReactElement {
  const { rendermime, mimeType, text, dress } = props;
  const host = useRef<HTMLDivElement>(null);
  const shown = useRef<IRenderMime.IRenderer | null>(null);

  useEffect(() => {
    let current = true;
    const renderer = untrusted(rendermime).createRenderer(mimeType);
    const put = () => {
      if (!current || !host.current) {
        renderer.dispose();
        return;
      }
      dress?.(renderer.node);
      show(renderer, host.current, shown.current);
      shown.current = renderer;
    };
    renderer.renderModel(new MimeModel({ data: { [mimeType]: text } })).then(put, () => {
      // A text that a renderer chokes on is still worth reading.
      renderer.node.textContent = text;
      put();
    });
    return () => {
      current = false;
    };
  }, [rendermime, mimeType, text, dress]);

  useEffect(
    () => () => {
      release(shown.current);
      shown.current = null;
    },
    []
  );
  return <div className="parsess-Rendered" ref={host} />;
}

export const Rendered = memo(RenderedView);

function show(
  renderer: IRenderMime.IRenderer,
  host: HTMLElement,
  previous: IRenderMime.IRenderer | null
): void {
  release(previous);
  host.replaceChildren(renderer.node);
  // Lumino sends this only below a widget; formulas are set when it arrives.
  MessageLoop.sendMessage(renderer, Widget.Msg.AfterAttach);
}

/** Wherever its node is by now: React may have taken it out of the page already. */
function release(renderer: IRenderMime.IRenderer | null): void {
  if (renderer?.isAttached) {
    MessageLoop.sendMessage(renderer, Widget.Msg.BeforeDetach);
    MessageLoop.sendMessage(renderer, Widget.Msg.AfterDetach);
  }
  renderer?.dispose();
}

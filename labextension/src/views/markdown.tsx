/** Markdown from an agent: what is complete is drawn once, only the tail again, ten times a second at most. */
import { memo, useMemo, useRef, type ReactElement } from 'react';

import { splitBlocks } from './blocks';
import type { IViewContext } from './contract';
import { dresser } from './dress';
import { Rendered } from './rendered';
import { useThrottled } from './time';

const INTERVAL = 100;

export interface IMarkdownProps {
  readonly context: IViewContext;
  readonly text: string;
  readonly finished: boolean;
}

function MarkdownView({ context, text, finished }: IMarkdownProps): ReactElement {
  // What was seen growing stays in its blocks when it is finished: nothing is drawn a second time.
  const grew = useRef(!finished);
  const shown = useThrottled(text, INTERVAL, finished);
  const blocks = useMemo(() => (grew.current ? splitBlocks(shown) : [shown]), [shown]);
  const { trans, actions } = context;
  const dress = useMemo(() => dresser({ trans, actions }), [trans, actions]);
  return (
    <div className="parsess-Markdown">
      {blocks.map((block, index) => (
        <Rendered
          key={index}
          rendermime={context.rendermime}
          mimeType="text/markdown"
          text={block}
          dress={dress}
        />
      ))}
    </div>
  );
}

export const Markdown = memo(MarkdownView);

/** The conversation as a log: sticks to its end only while the person is there. */
import { useEffect, useMemo, useRef, useState, type ReactElement, type ReactNode } from 'react';

import type { Item } from '../session/state';
import { Chunk, CHUNK } from './chunk';
import type { IViewContext } from './contract';
import { entriesOf, type IEntry } from './entries';
import { useEnd } from './scroll';

export interface ITranscriptProps {
  readonly context: IViewContext;
  readonly items: readonly Item[];
  /** Nothing has come yet: the shape of a conversation is shown. */
  readonly loading: boolean;
  readonly directory: string;
  readonly running: boolean;
  /** Counts the prompts sent from here: each brings the end into view. */
  readonly sent: number;
  readonly onTryAgain: () => Promise<void>;
  /** What stands before the first item. */
  readonly before?: ReactNode;
  /** Go back to before a prompt; null: not here. Keep its identity. */
  readonly onRewind: ((to: number) => void) | null;
  /** What follows the last item. */
  readonly children?: ReactNode;
}

export function Transcript(props: ITranscriptProps): ReactElement {
  const { context, items, loading, directory, running, sent, onTryAgain } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const { atEnd, toEnd } = useEnd(scroller, content);
  const chunks = useMemo(() => chunksOf(entriesOf(items, context.density)), [items, context.density]);
  const unseen = useUnseen(items.length, atEnd);
  useEffect(toEnd, [sent, toEnd]);

  return (
    <div className="parsess-Transcript">
      <div
        className="parsess-Transcript-scroller"
        ref={scroller}
        role="log"
        aria-label={context.trans.__('Conversation')}
        aria-live="polite"
        aria-relevant="additions"
        tabIndex={0}
      >
        <div className="parsess-Transcript-content" ref={content}>
          {props.before}
          {loading && <Skeleton />}
          {chunks.map((entries, index) => (
            <Chunk
              key={index}
              context={context}
              entries={entries}
              directory={directory}
              scroller={scroller}
              isLast={index === chunks.length - 1}
              onRewind={props.onRewind}
              onTryAgain={!running && index === chunks.length - 1 ? onTryAgain : null}
            />
          ))}
          {props.children}
        </div>
      </div>
      {!atEnd && (
        <button type="button" className="parsess-Button parsess-Transcript-unseen" onClick={toEnd}>
          {unseen > 0 ? context.trans._n('%1 new', '%1 new', unseen) : context.trans.__('To the end')}
        </button>
      )}
    </div>
  );
}

/** How many items came since the person left the end. */
function useUnseen(count: number, atEnd: boolean): number {
  const [seen, setSeen] = useState(count);
  useEffect(() => {
    if (atEnd) {
      setSeen(count);
    }
  }, [atEnd, count]);
  return atEnd ? 0 : Math.max(0, count - seen);
}

function chunksOf(entries: readonly IEntry[]): IEntry[][] {
  const chunks: IEntry[][] = [];
  for (let start = 0; start < entries.length; start += CHUNK) {
    chunks.push(entries.slice(start, start + CHUNK));
  }
  return chunks;
}

function Skeleton(): ReactElement {
  return (
    <div className="parsess-Skeleton" aria-hidden="true">
      <div />
      <div />
      <div />
    </div>
  );
}

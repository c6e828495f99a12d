/**
 * A stretch of a long transcript. It is drawn when it comes near what one sees and stays drawn; the browser
 * skips layout and paint of what is off the screen.
 */
import { memo, useEffect, useRef, useState, type ReactElement, type RefObject } from 'react';

import type { IViewContext } from './contract';
import { sameEntry, type IEntry } from './entries';
import { Entry } from './entry';

/** Entries in a stretch. */
export const CHUNK = 40;

/** Pixels above and below the visible part in which stretches are drawn ahead. */
const AHEAD = '1500px 0px';

/** A guess, until the browser has seen the stretch. */
const ENTRY_HEIGHT = 48;

export interface IChunkProps {
  readonly context: IViewContext;
  readonly entries: readonly IEntry[];
  readonly directory: string;
  readonly scroller: RefObject<HTMLElement>;
  /** The last stretch is drawn at once. */
  readonly isLast: boolean;
  readonly onRewind: ((to: number) => void) | null;
  /** Offered by the last entry of the transcript, if it is a failure and nothing runs. */
  readonly onTryAgain: (() => Promise<void>) | null;
}

function ChunkView(props: IChunkProps): ReactElement {
  const { context, entries, directory, isLast, onTryAgain } = props;
  const node = useRef<HTMLDivElement>(null);
  const near = useNear(node, props.scroller, isLast);
  const height = entries.length * ENTRY_HEIGHT;
  if (!near) {
    return <div className="parsess-Chunk" ref={node} style={{ height }} />;
  }
  return (
    <div
      className="parsess-Chunk parsess-mod-drawn"
      ref={node}
      style={{ containIntrinsicSize: `auto ${height}px` }}
    >
      {entries.map((entry, index) => (
        <Entry
          key={entry.key}
          context={context}
          entry={entry}
          directory={directory}
          onRewind={props.onRewind}
          onTryAgain={index === entries.length - 1 ? onTryAgain : null}
        />
      ))}
    </div>
  );
}

export const Chunk = memo(ChunkView, sameChunk);

function sameChunk(one: IChunkProps, other: IChunkProps): boolean {
  return (
    one.context === other.context &&
    one.directory === other.directory &&
    one.isLast === other.isLast &&
    one.onRewind === other.onRewind &&
    one.onTryAgain === other.onTryAgain &&
    one.entries.length === other.entries.length &&
    one.entries.every((entry, index) => {
      const twin = other.entries[index];
      return twin !== undefined && sameEntry(entry, twin);
    })
  );
}

/** True from the moment `node` has been near the visible part of `scroller`. */
function useNear(node: RefObject<HTMLElement>, scroller: RefObject<HTMLElement>, atOnce: boolean): boolean {
  const [near, setNear] = useState(atOnce);
  useEffect(() => {
    if (near || !node.current) {
      return undefined;
    }
    const observer = new IntersectionObserver(
      seen => {
        if (seen.some(({ isIntersecting }) => isIntersecting)) {
          setNear(true);
        }
      },
      { root: scroller.current, rootMargin: AHEAD }
    );
    observer.observe(node.current);
    return () => {
      observer.disconnect();
    };
  }, [near, node, scroller]);
  return near || atOnce;
}

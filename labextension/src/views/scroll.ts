/** A scroller that stays at its end while the person is there, and nowhere else. */
import { useCallback, useEffect, useRef, useState, type RefObject } from 'react';

const NEAR = 24;

export interface IEnd {
  readonly atEnd: boolean;
  readonly toEnd: () => void;
}

/** `content` is what grows inside `scroller`. */
export function useEnd(scroller: RefObject<HTMLElement>, content: RefObject<HTMLElement>): IEnd {
  const [atEnd, setAtEnd] = useState(true);
  const sticks = useRef(true);

  const toEnd = useCallback(() => {
    const element = scroller.current;
    sticks.current = true;
    setAtEnd(true);
    if (element) {
      element.scrollTop = element.scrollHeight;
    }
  }, [scroller]);

  useEffect(() => {
    const element = scroller.current;
    const inner = content.current;
    if (!element || !inner) {
      return undefined;
    }
    let top = element.scrollTop;
    const onScroll = () => {
      // A hidden pane has no height; where it was is not where the person went.
      if (element.clientHeight === 0) {
        return;
      }
      const isNear = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR;
      // Only the person goes up. What grows, or takes room from the transcript, leaves the end behind for a
      // moment without that.
      sticks.current = isNear || (sticks.current && element.scrollTop >= top);
      top = element.scrollTop;
      setAtEnd(sticks.current);
    };
    const observer = new ResizeObserver(() => {
      if (sticks.current) {
        element.scrollTop = element.scrollHeight;
      }
    });
    observer.observe(inner);
    observer.observe(element);
    element.addEventListener('scroll', onScroll, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', onScroll);
    };
  }, [scroller, content]);

  return { atEnd, toEnd };
}

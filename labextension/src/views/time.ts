/** Time for views: a clock that ticks only while it is looked at, and a brake for text that streams. */
import { useEffect, useRef, useState } from 'react';

/** The present in milliseconds, again each second as long as `ticks`. */
export function useNow(ticks: boolean): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!ticks) {
      return undefined;
    }
    setNow(Date.now());
    const timer = setInterval(() => {
      setNow(Date.now());
    }, 1000);
    return () => {
      clearInterval(timer);
    };
  }, [ticks]);
  return now;
}

/** `value`, but anew at most each `interval` milliseconds, and at once when it is `final`. */
export function useThrottled<T>(value: T, interval: number, final: boolean): T {
  const [shown, setShown] = useState(value);
  const shownAt = useRef(0);
  useEffect(() => {
    const show = () => {
      shownAt.current = Date.now();
      setShown(value);
    };
    const wait = final ? 0 : shownAt.current + interval - Date.now();
    if (wait <= 0) {
      show();
      return undefined;
    }
    const timer = setTimeout(show, wait);
    return () => {
      clearTimeout(timer);
    };
  }, [value, interval, final]);
  return final ? value : shown;
}

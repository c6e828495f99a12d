/** Numbers as a person reads them. */
import type { TranslationBundle } from '@jupyterlab/translation';

/** Milliseconds between two RFC 3339 times, or null if one is missing. */
export function elapsed(from: string | null, to: string | number | null): number | null {
  return from === null || to === null ? null : Math.max(0, new Date(to).getTime() - Date.parse(from));
}

/** `0.2 s`, `12 s`, `1 min 12 s`, `2 h 5 min`. */
export function duration(trans: TranslationBundle, milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (seconds < 10) {
    return trans.__('%1 s', seconds.toFixed(1));
  }
  const whole = Math.floor(seconds);
  if (whole < 60) {
    return trans.__('%1 s', whole);
  }
  if (whole < 3600) {
    return trans.__('%1 min %2 s', Math.floor(whole / 60), whole % 60);
  }
  return trans.__('%1 h %2 min', Math.floor(whole / 3600), Math.floor((whole % 3600) / 60));
}

/** Whole seconds, for what ticks. */
export function ticking(trans: TranslationBundle, milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000);
  return seconds < 60 ? trans.__('%1 s', seconds) : duration(trans, milliseconds);
}

/** `10:02` in the person's own clock. */
export function clock(at: string): string {
  const time = new Date(at);
  return Number.isNaN(time.getTime())
    ? ''
    : time.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
}

/** `950`, `12k`, `1.2M` tokens. */
export function tokens(count: number): string {
  if (count < 1000) {
    return String(count);
  }
  return count < 999_500 ? `${Math.round(count / 1000)}k` : `${(count / 1_000_000).toFixed(1)}M`;
}

/** `$0.42`; below a cent with enough digits to be no lie. */
export function cost(usd: number): string {
  return usd !== 0 && usd < 0.01 ? `$${usd.toFixed(4)}` : `$${usd.toFixed(2)}`;
}

/** `512 B`, `3.4 kB`, `1.2 MB`. */
export function bytes(count: number): string {
  if (count < 1000) {
    return `${count} B`;
  }
  return count < 1_000_000 ? `${(count / 1000).toFixed(1)} kB` : `${(count / 1_000_000).toFixed(1)} MB`;
}

/** `path` as seen from `directory`, if it lies in it. */
export function within(directory: string, path: string): string {
  if (path === directory) {
    return '.';
  }
  const base = directory.endsWith('/') ? directory : `${directory}/`;
  return path.startsWith(base) ? path.slice(base.length) : path;
}

/** The last part of a path. */
export function basename(path: string): string {
  return path.replace(/\/+$/, '').split('/').pop() ?? path;
}

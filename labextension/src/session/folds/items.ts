/** The transcript as a list: found in, added to, ended. What stays the same keeps its identity. */
import type { Item } from '../state';

export type Items = readonly Item[];

type ItemOf<Type extends Item['type']> = Extract<Item, { type: Type }>;

/** `next`, unless it is the same: then the array that the views know. */
export const keep = <T>(items: readonly T[], next: readonly T[]): readonly T[] =>
  items.length === next.length && items.every((item, index) => item === next[index]) ? items : next;

/** From the end: what changes is nearly always the newest. */
export function find<Type extends Item['type']>(
  items: Items,
  type: Type,
  id: string
): ItemOf<Type> | undefined {
  const wanted = (item: Item | undefined): item is ItemOf<Type> => item?.type === type && item.id === id;
  for (let index = items.length - 1; index >= 0; index--) {
    const item = items[index];
    if (wanted(item)) {
      return item;
    }
  }
  return undefined;
}

export function replace(items: Items, old: Item, next: Item): Items {
  const copy = [...items];
  copy[items.lastIndexOf(old)] = next;
  return copy;
}

/** What follows ends the text before it. */
export function append(items: Items, item: Item, at: string): Items {
  const last = items.at(-1);
  return last === undefined ? [item] : [...items.slice(0, -1), finish(last, at), item];
}

function finish(item: Item, at: string): Item {
  if (item.type === 'message' && !item.finished) {
    return { ...item, finished: true };
  }
  return item.type === 'thought' && !item.finished ? { ...item, finished: true, finishedAt: at } : item;
}

/** At the end of a turn nothing of it goes on: a call that never reported its end was cut off. */
export function settle(items: Items, at: string): Items {
  const ended = items.map(item =>
    item.type === 'tool' && item.endedAt === null
      ? { ...item, status: 'cancelled' as const, endedAt: at }
      : finish(item, at)
  );
  return keep(items, ended);
}

/** A broken attempt's text goes before it is written anew. */
export function discard(items: Items, id: string | null): Items {
  return keep(
    items,
    items.filter(item => (item.type !== 'message' && item.type !== 'thought') || item.id !== id)
  );
}

/** How the items of a transcript are put together on the page, by density. Pure. */
import type { IToolItem, Item } from '../session/state';
import type { Density } from './contract';

/** What is drawn as one: a single item, or a run of tool calls. */
export interface IEntry {
  readonly key: string;
  readonly items: readonly Item[];
}

/** Items a summary leaves out: what went as it should and what led there. */
function isDetail(item: Item): boolean {
  return (
    item.type === 'thought' ||
    (item.type === 'answer' && item.allowed) ||
    (item.type === 'notice' && item.level === 'info')
  );
}

const QUIET: readonly IToolItem['kind'][] = ['read', 'search', 'fetch', 'think'];

function joins(previous: Item, item: Item, density: Density): boolean {
  if (density === 'verbose' || previous.type !== 'tool' || item.type !== 'tool') {
    return false;
  }
  return density === 'summary' || (previous.kind === item.kind && QUIET.includes(item.kind));
}

/** The entries of a transcript, in order. Keys stay the same while items are appended. */
export function entriesOf(items: readonly Item[], density: Density): IEntry[] {
  const entries: { key: string; items: Item[] }[] = [];
  for (const item of items) {
    if (density === 'summary' && isDetail(item)) {
      continue;
    }
    const last = entries[entries.length - 1];
    const previous = last?.items[last.items.length - 1];
    if (last && previous && joins(previous, item, density)) {
      last.items.push(item);
    } else {
      entries.push({ key: `${item.type} ${item.id}`, items: [item] });
    }
  }
  return entries;
}

/** Whether two entries would be drawn the same: items never change, they are replaced. */
export function sameEntry(one: IEntry, other: IEntry): boolean {
  return (
    one.key === other.key &&
    one.items.length === other.items.length &&
    one.items.every((item, index) => item === other.items[index])
  );
}

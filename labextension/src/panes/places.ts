/** Where things are: absolute on the server, relative in JupyterLab's file browser, short for a person. */
import type { Directory } from '../protocol';

export interface IPlaces {
  /** Absolute; null until the server has told. */
  readonly root: string | null;
  readonly home: string | null;
}

export const NOWHERE: IPlaces = { root: null, home: null };

/**
 * Learn both from any directory that the server lists below its root.
 *
 * @param serverRoot - As JupyterLab has it: the home directory is written `~`.
 */
export function learnPlaces(listed: readonly Directory[], serverRoot: string): IPlaces {
  const below = listed.find(({ name }) => !name.startsWith('/'));
  if (!below) {
    return NOWHERE;
  }
  const { path, name } = below;
  const root = name === '.' ? path : path.slice(0, -name.length - 1);
  const inHome = serverRoot.startsWith('~') && root.endsWith(serverRoot.slice(1));
  return { root, home: inHome ? root.slice(0, root.length - serverRoot.length + 1) : null };
}

/** `~/shop/payments`. */
export function shorten({ home }: IPlaces, path: string): string {
  const inside = home !== null && (path === home || path.startsWith(`${home}/`));
  return inside ? `~${path.slice(home.length)}` : path;
}

/** What the server understands for a path of the file browser. */
export function onServer({ root }: IPlaces, contentsPath: string): string {
  const relative = contentsPath.replace(/^\/+|\/+$/g, '');
  if (root === null) {
    return relative === '' ? '.' : relative;
  }
  return relative === '' ? root : `${root.replace(/\/$/, '')}/${relative}`;
}

/** The file browser's path of something on the server; null: JupyterLab can't reach it. */
export function inBrowser({ root }: IPlaces, path: string): string | null {
  if (root === null || !path.startsWith('/')) {
    return null;
  }
  const base = root.endsWith('/') ? root : `${root}/`;
  return path.startsWith(base) ? path.slice(base.length) : path === root ? '' : null;
}

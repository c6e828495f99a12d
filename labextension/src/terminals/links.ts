/** Addresses of servers on the server's own machine, which a browser elsewhere reaches only through it. */
import type { IDisposable } from '@lumino/disposable';

import type { IBufferLine, ILink, ILinkProvider, IScreen } from './screen';

/** A name of the machine itself; `0.0.0.0` and `[::]` are what servers print that listen everywhere. */
const HOST = String.raw`(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1?\])`;

const LOCAL = new RegExp(
  String.raw`\bhttps?://${HOST}(?![\w-]|\.\w|[^\s/?#]*@)(?::\d{1,5})?(?:[/?#][^\s"'${'`'}<>|\\^{}]*)?`,
  'gi'
);

const WHOLE = new RegExp(`^https?://${HOST}$`, 'i');

/** What follows an address in a sentence. */
const TAIL = /[.,;:!?*…]+$/;

const PAIRS: readonly (readonly [string, string])[] = [
  ['(', ')'],
  ['[', ']']
];

export interface IFound {
  /** From 0. */
  readonly start: number;
  readonly text: string;
}

export function findLocal(line: string): IFound[] {
  return [...line.matchAll(LOCAL)]
    .map(match => ({ start: match.index, text: withoutTail(match[0]) }))
    .filter(({ text }) => isLocal(text));
}

/** Whether it is an address of the machine itself, and nothing but that: no name or password, no other scheme. */
export function isLocal(address: string): boolean {
  const url = URL.canParse(address) ? new URL(address) : null;
  return url !== null && url.username === '' && WHOLE.test(`${url.protocol}//${url.hostname}`);
}

/** The same behind the server: `proxy/5173/admin?x=1`. */
export function behindProxy(address: string): string {
  const { pathname, search, hash } = new URL(address);
  return `proxy/${portOf(address)}${pathname}${search}${hash}`;
}

export function portOf(address: string): string {
  const { port, protocol } = new URL(address);
  return port || (protocol === 'https:' ? '443' : '80');
}

/** `0.0.0.0` is no address to go to. */
export function reachable(address: string): string {
  return address.replace(/\/\/(?:0\.0\.0\.0|\[::\])/, '//localhost');
}

export interface IOpeners {
  /** An address of the server's own machine. */
  readonly local: (address: string) => void;
  /** Any other that a program gave a text of its own choice: the person has seen only that. */
  readonly foreign: (address: string) => void;
}

export class LocalLinks implements ILinkProvider, IDisposable {
  constructor(
    private readonly screen: IScreen,
    private readonly open: IOpeners
  ) {
    this.registration = screen.registerLinkProvider(this);
    goFirst(screen, this);
    // Links by escape sequence (OSC 8). Those of other schemes than http and https xterm leaves out.
    screen.options.linkHandler = {
      activate: (_, address) => {
        (isLocal(address) ? open.local : open.foreign)(address);
      }
    };
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    this.registration.dispose();
  }

  /** @param row - From 1. */
  provideLinks(row: number, callback: (links: ILink[] | undefined) => void): void {
    const { text, cells } = this.lineAt(row - 1);
    const links = findLocal(text).map(found => this.link(cells, found));
    callback(links.length === 0 ? undefined : links);
  }

  private link(cells: readonly ICell[], { start, text }: IFound): ILink {
    const [first, last] = [cells[start], cells[start + text.length - 1]];
    return {
      range: { start: first ?? ORIGIN, end: last ?? ORIGIN },
      text,
      activate: () => {
        this.open.local(text);
      }
    };
  }

  /** The whole line of which a row is a part, wrapped as it may be, and where each of its characters stands. */
  private lineAt(row: number): { text: string; cells: readonly ICell[] } {
    const { active } = this.screen.buffer;
    let first = row;
    while (first > 0 && active.getLine(first)?.isWrapped) {
      first -= 1;
    }
    const cells: ICell[] = [];
    let text = '';
    for (let next = first; next === first || active.getLine(next)?.isWrapped; next += 1) {
      text += read(active.getLine(next), this.screen.cols, next + 1, cells);
    }
    return { text, cells };
  }

  private readonly registration: IDisposable;
  private _isDisposed = false;
}

/** From 1. */
interface ICell {
  readonly x: number;
  readonly y: number;
}

const ORIGIN: ICell = { x: 1, y: 1 };

/** Characters may be two cells wide, and cells may hold several: the text alone does not tell where they stand. */
function read(line: IBufferLine | undefined, columns: number, y: number, cells: ICell[]): string {
  let text = '';
  for (let x = 0; line && x < columns; x += 1) {
    const cell = line.getCell(x);
    // The second half of a wide one has none; a cell that was never written is seen as a blank.
    const characters = cell?.getWidth() === 0 ? '' : (cell?.getChars() ?? '').padEnd(1);
    cells.push(...Array<ICell>(characters.length).fill({ x: x + 1, y }));
    text += characters;
  }
  return text;
}

function withoutTail(found: string): string {
  let text = found;
  for (let before = ''; before !== text;) {
    before = text;
    text = text.replace(TAIL, '');
    const pair = PAIRS.find(([, close]) => text.endsWith(close));
    if (pair && text.split(pair[1]).length > text.split(pair[0]).length) {
      text = text.slice(0, -1);
    }
  }
  return text;
}

/**
 * JupyterLab's own links are asked first, and would open the address as it is. xterm has no order to ask for;
 * without its list, the address opens as it is.
 */
function goFirst(screen: IScreen, provider: ILinkProvider): void {
  const { _core } = screen as unknown as {
    readonly _core?: { readonly _linkProviderService?: { readonly linkProviders?: ILinkProvider[] } };
  };
  const providers = _core?._linkProviderService?.linkProviders;
  const at = providers?.indexOf(provider) ?? -1;
  if (providers && at > 0) {
    providers.splice(at, 1);
    providers.unshift(provider);
  }
}

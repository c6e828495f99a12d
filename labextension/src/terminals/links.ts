/** Addresses of servers on the server's own machine, which a browser elsewhere reaches only through it. */
import type { IDisposable } from '@lumino/disposable';

import type { ILink, ILinkProvider, IScreen } from './screen';

/** A name of the machine itself; `0.0.0.0` and `[::]` are what servers print that listen everywhere. */
const LOCAL =
  /\bhttps?:\/\/(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1?\])(?![\w-]|\.\w)(?::\d{1,5})?(?:\/[^\s"'`<>|\\^{}]*)?/gi;

/** What follows an address in a sentence. */
const TAIL = /[.,;:!?)\]]+$/;

export interface IFound {
  /** From 0. */
  readonly start: number;
  readonly text: string;
}

export function findLocal(line: string): IFound[] {
  return [...line.matchAll(LOCAL)].map(match => ({
    start: match.index,
    text: /\[[^\]]*\]$/.test(match[0]) ? match[0] : match[0].replace(TAIL, '')
  }));
}

/** The same behind the server: `proxy/5173/admin?x=1`. */
export function behindProxy(address: string): string {
  const { protocol, port, pathname, search, hash } = new URL(address);
  const number = port || (protocol === 'https:' ? '443' : '80');
  return `proxy/${number}${pathname}${search}${hash}`;
}

/** `0.0.0.0` is no address to go to. */
export function reachable(address: string): string {
  return address.replace(/\/\/(?:0\.0\.0\.0|\[::\])/, '//localhost');
}

export class LocalLinks implements ILinkProvider, IDisposable {
  constructor(
    private readonly screen: IScreen,
    private readonly open: (address: string) => void
  ) {
    this.registration = screen.registerLinkProvider(this);
    goFirst(screen, this);
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
    const { first, text } = this.lineAt(row - 1);
    const links = findLocal(text).map(({ start, text }) => this.link(first, start, text));
    callback(links.length === 0 ? undefined : links);
  }

  private link(first: number, start: number, text: string): ILink {
    return {
      range: { start: this.cell(first, start), end: this.cell(first, start + text.length - 1) },
      text,
      activate: () => {
        this.open(text);
      }
    };
  }

  private cell(first: number, index: number) {
    const { cols } = this.screen;
    return { x: (index % cols) + 1, y: first + Math.floor(index / cols) + 1 };
  }

  /** The whole line of which a row is a part, wrapped as it may be. */
  private lineAt(row: number): { first: number; text: string } {
    const { active } = this.screen.buffer;
    let first = row;
    while (first > 0 && active.getLine(first)?.isWrapped) {
      first -= 1;
    }
    let text = active.getLine(first)?.translateToString() ?? '';
    for (let next = first + 1; active.getLine(next)?.isWrapped; next += 1) {
      text += active.getLine(next)?.translateToString() ?? '';
    }
    return { first, text };
  }

  private readonly registration: IDisposable;
  private _isDisposed = false;
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

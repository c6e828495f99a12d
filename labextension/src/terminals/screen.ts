/**
 * The screen inside JupyterLab's terminal widget: xterm, of which the widget shows only a little.
 *
 * What is asked for here is xterm's public API, but for what is marked; that the widget keeps it in `_term` is not.
 * Where it is not there, the terminal works as JupyterLab's own does, without what is built on this.
 */
import type { Terminal } from '@jupyterlab/terminal';
import type { IDisposable } from '@lumino/disposable';

export interface IMarker extends IDisposable {
  readonly line: number;
}

export interface IDecoration extends IDisposable {
  readonly marker: IMarker;
  onRender(draw: (element: HTMLElement) => void): IDisposable;
}

export interface IRange {
  readonly start: { readonly x: number; readonly y: number };
  readonly end: { readonly x: number; readonly y: number };
}

export interface ILink {
  readonly range: IRange;
  readonly text: string;
  activate(event: MouseEvent, text: string): void;
}

export interface ILinkProvider {
  provideLinks(row: number, callback: (links: ILink[] | undefined) => void): void;
}

export interface IAddon extends Pick<IDisposable, 'dispose'> {
  activate(screen: unknown): void;
}

export interface IBufferLine {
  readonly isWrapped: boolean;
  /** @param column - From 0. */
  getCell(column: number): { getChars(): string; getWidth(): number } | undefined;
  translateToString(trimRight?: boolean): string;
}

export interface IScreen {
  /** What it is set to; links by escape sequence are not opened by xterm itself then. */
  readonly options: {
    linkHandler?: { activate(event: MouseEvent, address: string): void } | null;
  };
  readonly element: HTMLElement | undefined;
  readonly cols: number;
  readonly rows: number;
  readonly buffer: {
    readonly active: {
      readonly type: string;
      /** The first row that is on the screen when nobody has scrolled. */
      readonly baseY: number;
      getLine(row: number): IBufferLine | undefined;
    };
  };
  readonly parser: { registerOscHandler(kind: number, handle: (data: string) => boolean): IDisposable };
  write(text: string, done?: () => void): void;
  clear(): void;
  selectAll(): void;
  registerMarker(offset?: number): IMarker | undefined;
  registerDecoration(options: {
    readonly marker: IMarker;
    readonly anchor?: 'left' | 'right';
    /** In characters from the anchor. */
    readonly x?: number;
    readonly width?: number;
  }): IDecoration | undefined;
  registerLinkProvider(provider: ILinkProvider): IDisposable;
  loadAddon(addon: IAddon): void;
  /** Not public: what the widget has loaded. */
  readonly _addonManager?: { readonly _addons: readonly { readonly instance: IAddon }[] };
}

/** What stands on the screen, wrapped lines as one. */
export function textOn({ buffer: { active }, rows }: IScreen): string {
  let text = '';
  for (let row = active.baseY; row < active.baseY + rows; row += 1) {
    const line = active.getLine(row);
    const goesOn = active.getLine(row + 1)?.isWrapped ?? false;
    text += (line?.translateToString(!goesOn) ?? '') + (goesOn ? '' : '\n');
  }
  return text.trim();
}

/** Null until the widget is ready. */
export function screenOf(terminal: Terminal): IScreen | null {
  const { _term } = terminal as unknown as { readonly _term?: IScreen };
  return _term ?? null;
}

/** The changes of a session as this page knows them: looked at again whenever the server says so. */
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';

import type { Scope } from '../protocol';
import type { SessionChanges } from '../server/changes';
import { isNotFound, messageOf, ServerError } from '../server/request';
import type { Socket } from '../server/socket';
import { fillFile, fillList, keepSame, type IFileChange, type IHunk } from '../session/changes';
import type { IChangesState, Layout, Panel } from '../views/changes/contract';
import { ChangesMemory, type Written } from './changesMemory';

/** Milliseconds between two looks: while the list is seen, and while only its counts are. */
const PAUSES = { front: 250, behind: 1500 };

export class ChangesModel implements IDisposable {
  constructor(
    private readonly server: SessionChanges,
    session: string
  ) {
    this.memory = new ChangesMemory(session);
    this._state = {
      scope: this.memory.scope,
      list: null,
      problem: null,
      path: null,
      file: null,
      layout: this.memory.layout,
      ...this.memory.written,
      reverted: null,
      committed: null,
      error: null,
      busy: false,
      panel: null
    };
  }

  readonly stateChanged = new Signal<this, void>(this);

  get state(): IChangesState {
    return this._state;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    this._isDisposed = true;
    this.watch(false);
    Signal.clearData(this);
  }

  /** @param shown - Whether anything of it is seen; `front`: the files, not only their counts. */
  show(shown: boolean, front: boolean): void {
    const came = front && !this.front;
    this.front = front;
    this.watch(shown);
    if (came && shown) {
      this.refresh();
    }
  }

  setScope(scope: Scope): void {
    if (scope !== this._state.scope) {
      this.memory.scope = scope;
      this.patch({ scope, list: null, problem: null, path: null, file: null, error: null });
      this.refresh();
    }
  }

  setLayout(layout: Layout): void {
    this.memory.layout = layout;
    this.patch({ layout });
  }

  setPanel(panel: Panel | null): void {
    this.patch({ panel });
  }

  select(path: string): void {
    if (path !== this._state.path) {
      this.patch({ path });
      void this.loadFile();
    }
  }

  dismiss(): void {
    this.patch({ error: null, reverted: null, committed: null });
  }

  /** Look again, now or when the look under way has ended. */
  refresh(): void {
    this.wanted = true;
    if (!this.looking) {
      clearTimeout(this.timer);
      void this.look();
    }
  }

  /** Somebody looks, and may see another thing now. */
  refreshIfShown(): void {
    if (this.socket !== null) {
      this.refreshSoon();
    }
  }

  /** Do something to the changes, and look at what came of it. Resolves with whether it worked. */
  async act(work: (server: SessionChanges, scope: Scope) => Promise<Partial<IChangesState> | undefined>) {
    this.patch({ busy: true, error: null, reverted: null, committed: null });
    try {
      this.patch((await work(this.server, this._state.scope)) ?? {});
      return true;
    } catch (error) {
      this.fail(error);
      return false;
    } finally {
      this.patch({ busy: false });
      this.refresh();
    }
  }

  fail(error: unknown): void {
    this.patch({ error: messageOf(error) });
  }

  /** What the person writes is kept until it is sent, also by the next page. */
  write(words: Partial<Written>): void {
    this.patch(words);
    this.memory.written = this._state;
  }

  private watch(shown: boolean): void {
    if (!shown || this._isDisposed) {
      this.socket?.dispose();
      this.socket = null;
      clearTimeout(this.timer);
      return;
    }
    if (this.socket === null) {
      this.socket = this.server.watch();
      this.socket.received.connect(() => {
        this.refreshSoon();
      });
      this.socket.connect();
      this.refresh();
    }
  }

  private refreshSoon(): void {
    const pause = this.front ? PAUSES.front : PAUSES.behind;
    clearTimeout(this.timer);
    this.timer = setTimeout(
      () => {
        this.refresh();
      },
      Math.max(0, this.lookedAt + pause - Date.now())
    );
  }

  private async look(): Promise<void> {
    this.looking = true;
    while (this.wanted && !this._isDisposed) {
      this.wanted = false;
      await this.loadList();
    }
    this.looking = false;
    this.lookedAt = Date.now();
  }

  private async loadList(): Promise<void> {
    const { scope } = this._state;
    try {
      const list = fillList(await this.server.list(scope));
      if (scope === this._state.scope) {
        this.takeList(keepSame(this._state.list, list));
      }
    } catch (error) {
      if (scope === this._state.scope) {
        this.takeProblem(error);
      }
    }
    if (this.front) {
      await this.loadFile();
    }
  }

  private takeList(list: NonNullable<IChangesState['list']>): void {
    const { path, list: before } = this._state;
    this.patch({ list, problem: null, path: nextPath(path, before?.files ?? [], list.files) });
  }

  /** What is known stays in sight while the server can't be reached. */
  private takeProblem(error: unknown): void {
    const code = error instanceof ServerError ? error.code : 'error';
    if (code === 'unreachable' && this._state.list) {
      return;
    }
    this.patch({ list: null, path: null, file: null, problem: { code, message: messageOf(error) } });
    if (isNotFound(error) && code !== 'no_snapshot') {
      // Without its directory there is nothing to watch; *Look again* begins anew.
      this.socket?.dispose();
      this.socket = null;
    }
  }

  private async loadFile(): Promise<void> {
    const { list, path, scope, file: shown } = this._state;
    const file = list?.files.find(one => one.path === path);
    if (!file || (shown?.path === path && this.loaded === file)) {
      return;
    }
    if (shown?.path !== path) {
      this.patch({ file: { path: file.path, sides: null, hunks: file.hunks, problem: null } });
    }
    try {
      const [sides, hunks] = await Promise.all([
        this.server.sides(file.path, scope),
        this.hunksOf(file, list?.truncated ?? false, scope)
      ]);
      this.takeFile(file, { path: file.path, sides, hunks, problem: null });
    } catch (error) {
      this.takeFile(file, { path: file.path, sides: null, hunks: file.hunks, problem: messageOf(error) });
    }
  }

  private takeFile(file: IFileChange, shown: NonNullable<IChangesState['file']>): void {
    if (this._state.path === file.path) {
      this.loaded = file;
      this.patch({ file: shown });
    }
  }

  private async hunksOf(file: IFileChange, truncated: boolean, scope: Scope): Promise<readonly IHunk[]> {
    const left = truncated && file.hunks.length === 0 && !file.binary && file.kind === 'file';
    return left ? fillFile(await this.server.hunks(file.path, scope)).hunks : file.hunks;
  }

  private patch(patch: Partial<IChangesState>): void {
    if (!this._isDisposed) {
      this._state = { ...this._state, ...patch };
      this.stateChanged.emit();
    }
  }

  private readonly memory: ChangesMemory;
  private socket: Socket | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private lookedAt = 0;
  private front = false;
  private looking = false;
  private wanted = false;
  /** The entry that the shown file was fetched for. */
  private loaded: IFileChange | null = null;
  private _state: IChangesState;
  private _isDisposed = false;
}

/** The file that was chosen; when it is gone, what stands in its place now. */
export function nextPath(
  path: string | null,
  before: readonly IFileChange[],
  files: readonly IFileChange[]
): string | null {
  if (files.some(file => file.path === path)) {
    return path;
  }
  const at = before.findIndex(file => file.path === path);
  return files[Math.min(Math.max(at, 0), files.length - 1)]?.path ?? null;
}

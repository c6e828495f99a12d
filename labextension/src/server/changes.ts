/** What changed in a session's directory, and what can be done with it. All of it rejects with a ServerError. */
import type { ServerConnection } from '@jupyterlab/services';

import type {
  Carried,
  ChangeList,
  Committed,
  FileChange,
  Landed,
  LandInfo,
  PullRequest,
  Reverted,
  RewindPreview,
  RewindResult,
  Scope,
  Sides
} from '../protocol';
import { path, request, requestJson, type Method } from './request';
import { Socket } from './socket';

export interface ILanding {
  readonly how: 'merge' | 'squash' | 'rebase';
  readonly target: string;
  readonly message?: string;
  /** The target's commit as it was shown. */
  readonly expected?: string;
  /** What becomes of changes that are in no commit. */
  readonly uncommitted?: 'refuse' | 'leave' | 'include';
}

export interface IRewinding {
  /** The event to go back to right before. */
  readonly to: number;
  readonly what: 'files' | 'conversation' | 'both';
  /** Changes that nobody has a snapshot of were shown, and may be written over. */
  readonly consent_external?: boolean;
}

export interface IPullRequesting {
  readonly target: string;
  readonly title: string;
  readonly body?: string;
}

export class SessionChanges {
  constructor(
    private readonly settings: ServerConnection.ISettings,
    private readonly session: string
  ) {}

  list(scope: Scope): Promise<ChangeList> {
    return this.json('GET', `changes?scope=${scope}`);
  }

  sides(file: string, scope: Scope): Promise<Sides> {
    return this.json('GET', `changes/file?path=${encodeURIComponent(file)}&scope=${scope}`);
  }

  /** One file with all its hunks, where the list had to leave them out. */
  hunks(file: string, scope: Scope): Promise<FileChange> {
    return this.json('GET', `changes/hunks?path=${encodeURIComponent(file)}&scope=${scope}`);
  }

  /**
   * @param file - Null: all of them.
   * @param hunks - None: the file as a whole.
   */
  async stage(file: string | null, hunks: readonly string[]): Promise<void> {
    await this.ask('POST', 'changes/stage', { path: file, hunks });
  }

  async unstage(file: string | null, hunks: readonly string[]): Promise<void> {
    await this.ask('POST', 'changes/unstage', { path: file, hunks });
  }

  revert(file: string, scope: Scope, hunks: readonly string[]): Promise<Reverted> {
    return this.json('POST', 'changes/revert', { path: file, scope, hunks });
  }

  async undoRevert({ undo, paths }: Reverted): Promise<void> {
    await this.ask('POST', 'changes/undo', { snapshot: undo.id, paths });
  }

  /** @param all - Nothing is staged: everything. */
  commit(message: string, all: boolean): Promise<Committed> {
    return this.json('POST', 'changes/commit', { message, all });
  }

  /** Tells when to look again. The caller connects and disposes it. */
  watch(): Socket {
    return new Socket(this.settings, () => this.path('changes/watch'));
  }

  rewindPreview(to: number): Promise<RewindPreview> {
    return this.json('GET', `rewind?to=${to}`);
  }

  rewind(rewinding: IRewinding): Promise<RewindResult> {
    return this.json('POST', 'rewind', rewinding);
  }

  landInfo(): Promise<LandInfo> {
    return this.json('GET', 'land');
  }

  land(landing: ILanding): Promise<Landed> {
    return this.json('POST', 'land', landing);
  }

  push(): Promise<{ readonly remote: string; readonly branch: string }> {
    return this.json('POST', 'push', {});
  }

  openPullRequest(wanted: IPullRequesting): Promise<PullRequest> {
    return this.json('POST', 'pull-request', wanted);
  }

  pullRequest(): Promise<PullRequest> {
    return this.json('GET', 'pull-request');
  }

  carryOver(): Promise<Carried> {
    return this.json('POST', 'carry-over');
  }

  /** Make the worktree once more, after it failed. */
  async retryWorktree(): Promise<void> {
    await this.ask('POST', 'worktree');
  }

  private path(rest: string): string {
    return `${path('sessions', this.session)}/${rest}`;
  }

  private ask(method: Method, rest: string, body?: unknown): Promise<Response> {
    return request(this.settings, method, this.path(rest), body);
  }

  private json<T>(method: Method, rest: string, body?: unknown): Promise<T> {
    return requestJson<T>(this.settings, method, this.path(rest), body);
  }
}

/** Worktrees: what they can start from, what is lost with them, their setup. All of it rejects with a ServerError. */
import type { ServerConnection } from '@jupyterlab/services';

import type {
  Bases,
  Leftover,
  RestoredWorktree,
  SetupInfo,
  WorktreeDetails,
  WorktreeInfo
} from '../protocol';
import { path, request, requestJson } from './request';

export interface IRemovedWorktree {
  readonly id: string;
  readonly snapshot: string;
  readonly path: string;
  readonly branch: string | null;
}

export class Worktrees {
  constructor(private readonly settings: ServerConnection.ISettings) {}

  /**
   * What a worktree of the repository around `directory` could start from.
   *
   * @param name - What the suggested branch and folder are named after.
   */
  bases(directory: string, name: string): Promise<Bases> {
    const query = new URLSearchParams({ directory, name });
    return requestJson(this.settings, 'GET', `bases?${query.toString()}`);
  }

  /** The same after the remote of `base` was asked what is new; bounded, and a failure is a note. */
  fetchBases(directory: string, name: string, base: string | null): Promise<Bases> {
    return requestJson(this.settings, 'POST', 'bases', { directory, name, base });
  }

  /** Those that were made here, the oldest first; removed ones that can come back have `removed`. */
  all(): Promise<readonly WorktreeInfo[]> {
    return requestJson(this.settings, 'GET', 'worktrees');
  }

  /** What is left of worktrees that nobody finished with. */
  leftovers(): Promise<readonly Leftover[]> {
    return requestJson(this.settings, 'GET', 'worktrees/leftovers');
  }

  get(id: string): Promise<WorktreeDetails> {
    return requestJson(this.settings, 'GET', path('worktrees', id));
  }

  /** @param consent - Kinds of loss that the person agreed to; any other is refused (409, `would_lose`). */
  remove(id: string, consent: readonly string[]): Promise<IRemovedWorktree> {
    return requestJson(this.settings, 'DELETE', path('worktrees', id), { consent });
  }

  restore(id: string): Promise<RestoredWorktree> {
    return requestJson(this.settings, 'POST', path('worktrees', id, 'restore'));
  }

  setup(id: string): Promise<SetupInfo> {
    return requestJson(this.settings, 'GET', path('worktrees', id, 'setup'));
  }

  /** @param consent - The fingerprint of the command that was read. */
  async runSetup(id: string, which: 'setup' | 'recipe', consent?: string): Promise<void> {
    await request(this.settings, 'POST', path('worktrees', id, 'setup'), { which, consent });
  }

  async skipSetup(id: string): Promise<void> {
    await request(this.settings, 'POST', path('worktrees', id, 'setup'), { skip: true });
  }

  async cancelSetup(id: string): Promise<void> {
    await request(this.settings, 'DELETE', path('worktrees', id, 'setup'));
  }
}

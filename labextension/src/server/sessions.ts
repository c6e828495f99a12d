/** The routes of DESIGN.md §4 as functions. All of them reject with a ServerError. */
import type { ServerConnection } from '@jupyterlab/services';

import type { AgentInfo, Block, Directory, FileMatch, ISummary, WorktreeRequest } from '../protocol';
import { path, request, requestJson, type Method } from './request';

/** What a new session is made of; what is left out or null is the agent's default. */
export interface ISessionRequest {
  /** Absolute, or relative to the server's root. */
  readonly directory: string;
  readonly name?: string | null;
  readonly agent?: string | null;
  readonly model?: string | null;
  readonly mode?: string | null;
  readonly effort?: string | null;
  /** A new worktree to work in. */
  readonly worktree?: WorktreeRequest | null;
}

export type SessionChange = Partial<Pick<ISummary, 'name' | 'mode' | 'effort' | 'model' | 'archived'>>;

export interface IPromptRequest {
  /** Made by the client: the same id again changes nothing. */
  readonly id: string;
  readonly text: string;
  readonly attachments: readonly Block[];
  readonly when: 'queue' | 'now';
}

export class Sessions {
  constructor(readonly settings: ServerConnection.ISettings) {}

  list(): Promise<ISummary[]> {
    return this.json('GET', 'sessions');
  }

  create(session: ISessionRequest): Promise<ISummary> {
    const chosen = Object.entries(session).filter(([, value]) => value !== null);
    return this.json('POST', 'sessions', Object.fromEntries(chosen));
  }

  get(id: string): Promise<ISummary> {
    return this.json('GET', path('sessions', id));
  }

  change(id: string, change: SessionChange): Promise<ISummary> {
    return this.json('PATCH', path('sessions', id), change);
  }

  duplicate(id: string): Promise<ISummary> {
    return this.json('POST', path('sessions', id, 'duplicate'));
  }

  /** @param consent - Kinds of loss that the person agreed to; any other is refused (409, `would_lose`). */
  async remove(id: string, consent: readonly string[]): Promise<void> {
    await request(this.settings, 'DELETE', path('sessions', id), { consent });
  }

  async prompt(id: string, prompt: IPromptRequest): Promise<void> {
    await request(this.settings, 'POST', path('sessions', id, 'prompts'), prompt);
  }

  async editPrompt(id: string, prompt: string, text: string): Promise<void> {
    await request(this.settings, 'PATCH', path('sessions', id, 'prompts', prompt), { text });
  }

  async removePrompt(id: string, prompt: string): Promise<void> {
    await request(this.settings, 'DELETE', path('sessions', id, 'prompts', prompt));
  }

  async sendPromptNow(id: string, prompt: string): Promise<void> {
    await request(this.settings, 'POST', path('sessions', id, 'prompts', prompt, 'now'));
  }

  async cancel(id: string): Promise<void> {
    await request(this.settings, 'POST', path('sessions', id, 'cancel'));
  }

  async answer(id: string, question: string, option: string, reason?: string): Promise<void> {
    await request(this.settings, 'POST', path('sessions', id, 'answers', question), { option, reason });
  }

  /** Answer a question by having its command run; resolves once it has begun. @throws ServerError: `shell_busy`… */
  async runInTerminal(id: string, question: string, option: string, terminal: string): Promise<void> {
    await request(this.settings, 'POST', path('sessions', id, 'answers', question), { option, terminal });
  }

  /** Let the agent go on in another directory, inside the session's own. */
  async move(id: string, directory: string): Promise<void> {
    await request(this.settings, 'POST', path('sessions', id, 'directory'), { directory });
  }

  async seen(id: string, upto: number): Promise<void> {
    await request(this.settings, 'POST', path('sessions', id, 'seen'), { upto });
  }

  files(id: string, query: string): Promise<FileMatch[]> {
    return this.json('GET', `${path('sessions', id, 'files')}?query=${encodeURIComponent(query)}`);
  }

  async blob(id: string, hash: string): Promise<Blob> {
    const response = await request(this.settings, 'GET', path('sessions', id, 'blobs', hash));
    return response.blob();
  }

  /** Directories that a session could work in, git repositories first. */
  directories(query: string): Promise<Directory[]> {
    return this.json('GET', `directories?query=${encodeURIComponent(query)}`);
  }

  agents(): Promise<AgentInfo[]> {
    return this.json('GET', 'agents');
  }

  private json<T>(method: Method, path: string, body?: unknown): Promise<T> {
    return requestJson<T>(this.settings, method, path, body);
  }
}

/** What is remembered of a session's changes on this machine: remarks that were not sent, scope and layout. */
import type { Scope } from '../protocol';
import { SCOPES } from '../session/changes';
import type { IComment } from '../session/comments';
import type { Layout } from '../views/changes/contract';

const LAYOUT = 'parsess-lab:diff-layout';

export class ChangesMemory {
  constructor(private readonly session: string) {}

  get comments(): readonly IComment[] {
    try {
      const saved: unknown = JSON.parse(localStorage.getItem(commentsKey(this.session)) ?? '[]');
      return Array.isArray(saved) ? (saved as readonly IComment[]) : [];
    } catch {
      return [];
    }
  }

  set comments(comments: readonly IComment[]) {
    write(commentsKey(this.session), comments.length === 0 ? null : JSON.stringify(comments));
  }

  get scope(): Scope {
    const saved = localStorage.getItem(scopeKey(this.session));
    return SCOPES.find(scope => scope === saved) ?? 'uncommitted';
  }

  set scope(scope: Scope) {
    write(scopeKey(this.session), scope === 'uncommitted' ? null : scope);
  }

  /** The same for all sessions. */
  get layout(): Layout {
    return localStorage.getItem(LAYOUT) === 'split' ? 'split' : 'unified';
  }

  set layout(layout: Layout) {
    write(LAYOUT, layout === 'unified' ? null : layout);
  }
}

export function forgetChanges(session: string): void {
  write(commentsKey(session), null);
  write(scopeKey(session), null);
}

const commentsKey = (session: string) => `parsess-lab:comments:${session}`;
const scopeKey = (session: string) => `parsess-lab:scope:${session}`;

/** A full storage keeps nothing more; the page works without. */
function write(key: string, value: string | null): void {
  try {
    if (value === null) {
      localStorage.removeItem(key);
    } else {
      localStorage.setItem(key, value);
    }
  } catch {
    // See above.
  }
}

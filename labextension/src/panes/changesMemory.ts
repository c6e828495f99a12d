/** What is remembered of a session's changes on this machine: words that were not sent, scope and layout. */
import type { Scope } from '../protocol';
import { SCOPES } from '../session/changes';
import type { IChangesState, Layout } from '../views/changes/contract';

const LAYOUT = 'parsess-lab:diff-layout';

/** What the person wrote, until it is sent, and what the agent writes for them. */
export type Written = Pick<IChangesState, 'comments' | 'drafts' | 'message' | 'proposal'>;

const NOTHING: Written = { comments: [], drafts: [], message: '', proposal: null };

export class ChangesMemory {
  constructor(private readonly session: string) {}

  get written(): Written {
    try {
      const saved: unknown = JSON.parse(localStorage.getItem(writtenKey(this.session)) ?? '{}');
      return { ...NOTHING, ...(saved as Partial<Written>) };
    } catch {
      return NOTHING;
    }
  }

  set written(written: Written) {
    const { comments, drafts, message, proposal } = written;
    const empty = comments.length === 0 && drafts.length === 0 && message === '' && proposal === null;
    write(writtenKey(this.session), empty ? null : JSON.stringify({ comments, drafts, message, proposal }));
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
  write(writtenKey(session), null);
  write(scopeKey(session), null);
}

const writtenKey = (session: string) => `parsess-lab:written:${session}`;
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

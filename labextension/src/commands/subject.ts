/** What a pane shows, as arguments of a command. */
import type { ReadonlyJSONObject, ReadonlyPartialJSONObject } from '@lumino/coreutils';

import { newDraft, type Subject } from '../panes/pane';

export function subjectOf({ id, draft, directory }: ReadonlyPartialJSONObject): Subject {
  if (typeof id === 'string') {
    return { session: id };
  }
  const known = typeof directory === 'string' ? directory : null;
  return typeof draft === 'string' ? { draft, directory: known } : newDraft(known);
}

/** What `openSession` has to be called with to get the same pane again. */
export function argsOf(subject: Subject): ReadonlyJSONObject {
  return 'session' in subject ? { id: subject.session } : subject;
}

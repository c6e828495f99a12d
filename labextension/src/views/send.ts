/** Sending what is typed: cleared at once, back in its place if the server didn't take it. */
import { UUID } from '@lumino/coreutils';
import { useRef, useState } from 'react';

import type { ResourceLinkBlock } from '../protocol';
import { messageOf } from '../server/request';
import type { IPaneActions } from './contract';
import { NO_DRAFT, type IDraft } from './draft';

type When = 'queue' | 'now';

export interface ISending {
  readonly send: (when: When) => void;
  readonly error: string;
  readonly setError: (error: string) => void;
  readonly mention: (path: string) => void;
}

export function useSend(
  actions: IPaneActions,
  draft: IDraft,
  change: (to: (now: IDraft) => IDraft) => void,
  { onSent, onCommand }: { readonly onSent: () => void; readonly onCommand: (text: string) => boolean }
): ISending {
  /** Files chosen after an `@`; those still named go along as links. */
  const mentioned = useRef(new Set<string>());
  const [error, setError] = useState('');
  /** The prompt that failed: sent again unchanged it keeps its id, so that it can't arrive twice. */
  const failed = useRef<{ id: string; draft: IDraft } | null>(null);

  const send = (when: When) => {
    const text = draft.text.trim();
    if (text === '' && draft.attachments.length === 0) {
      return;
    }
    if (draft.attachments.length === 0 && onCommand(text)) {
      change(() => NO_DRAFT);
      return;
    }
    const again = failed.current !== null && same(failed.current.draft, draft);
    const id = again && failed.current ? failed.current.id : UUID.uuid4();
    failed.current = null;
    setError('');
    change(() => NO_DRAFT);
    actions
      .send(id, text, [...draft.attachments, ...links(mentioned.current, text)], when)
      .then(onSent, (reason: unknown) => {
        failed.current = { id, draft };
        change(now => join(draft, now));
        setError(messageOf(reason));
      });
  };
  const mention = (path: string) => {
    mentioned.current.add(path);
  };
  return { send, error, setError, mention };
}

function links(paths: ReadonlySet<string>, text: string): ResourceLinkBlock[] {
  return [...paths]
    .filter(path => text.includes(`@${path}`))
    .map(path => ({ type: 'resource_link', uri: path, name: path }));
}

function same(one: IDraft, other: IDraft): boolean {
  return one.text === other.text && one.attachments.every((block, at) => block === other.attachments[at]);
}

/** What was typed meanwhile follows what comes back. */
function join(back: IDraft, now: IDraft): IDraft {
  if (now.text === '' && now.attachments.length === 0) {
    return back;
  }
  return {
    text: [back.text, now.text].filter(text => text !== '').join('\n'),
    attachments: [...back.attachments, ...now.attachments]
  };
}

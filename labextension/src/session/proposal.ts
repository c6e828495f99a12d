/** A commit message that the agent was asked for: how far it is. Pure. */
import type { ISessionState, Item } from './state';

export interface IProposal {
  /** The prompt that asks for it. */
  readonly prompt: string;
  /** What it may take the place of unasked: words that the agent wrote itself. */
  readonly over: string;
  readonly stage: 'sent' | 'queued' | 'writing' | 'offered';
  /** The last event known when this stage began. */
  readonly seq: number;
  /** What the agent proposes; empty until it does. */
  readonly message: string;
}

/** What became of a proposal. `none`: its turn ended well and held no message; `over`: it will never come. */
export type Outcome = IProposal | 'none' | 'over';

/** How far a proposal is by what the session tells; the same object where nothing is new. */
export function followProposal(proposal: IProposal, session: ISessionState): Outcome {
  const { prompt, stage, seq } = proposal;
  const at = session.items.findIndex(item => item.type === 'prompt' && item.id === prompt);
  const asked = session.items[at];
  if (stage === 'offered') {
    return proposal;
  }
  if (asked?.type === 'prompt') {
    return session.endedSeq > asked.seq
      ? answered(proposal, answerAfter(session.items, at))
      : entering(proposal, 'writing', session);
  }
  if (session.queue.some(({ id }) => id === prompt)) {
    return entering(proposal, 'queued', session);
  }
  // Until the events are there that told of it, a page that begins anew can't know.
  return stage !== 'sent' && session.lastSeq > seq ? 'over' : proposal;
}

/**
 * The last fenced block of a Markdown text (CommonMark 0.31, §4.5) that is closed, without its fences; empty where
 * there is none.
 */
export function fenced(text: string): string {
  const blocks = [...text.matchAll(/^ {0,3}(`{3,}|~{3,})[^\n]*\n([\s\S]*?)^ {0,3}\1[`~]* *$/gm)];
  return blocks.at(-1)?.[2]?.trim() ?? '';
}

function entering(proposal: IProposal, stage: IProposal['stage'], { lastSeq }: ISessionState): IProposal {
  return proposal.stage === stage ? proposal : { ...proposal, stage, seq: lastSeq };
}

function answered(proposal: IProposal, answer: readonly Item[]): Outcome {
  if (answer.some(({ type }) => type === 'failure' || type === 'stop')) {
    return 'over';
  }
  const message = fenced(answer.map(item => (item.type === 'message' ? item.text : '')).join('\n\n'));
  return message ? { ...proposal, stage: 'offered', message } : 'none';
}

/** What was said and done between a prompt and the next one. */
function answerAfter(items: readonly Item[], prompt: number): readonly Item[] {
  const next = items.findIndex((item, index) => index > prompt && item.type === 'prompt');
  return items.slice(prompt + 1, next < 0 ? undefined : next);
}

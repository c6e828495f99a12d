/** The upper part of a pane: header, transcript, what waits for the person, composer. */
import { UUID } from '@lumino/coreutils';
import { useCallback, useMemo, useRef, useState, type ReactElement } from 'react';

import type { Block, ResourceLinkBlock } from '../protocol';
import type { IPromptItem, ISessionState } from '../session/state';
import { Composer } from './composer';
import type { Density, IViewContext } from './contract';
import type { IDraft } from './draft';
import { Disconnected } from './disconnected';
import { Empty } from './empty';
import { Gone } from './gone';
import { Header } from './header';
import type { MenuEntry } from './menu';
import { NoticeBar } from './notice';
import { Plan } from './plan';
import { Question } from './question';
import { Queue } from './queue';
import type { ISessionFacts } from './settings';
import { Transcript } from './transcript';
import { Working } from './working';

export type { ISessionFacts } from './settings';

/** `gone`: the server has no such session. */
export type Connection = 'connecting' | 'live' | 'reconnecting' | 'gone';

export interface IConversationProps {
  /** Keep the identity from draw to draw, or every block of the transcript is compared anew. */
  readonly context: IViewContext;
  readonly state: ISessionState;
  readonly session: ISessionFacts;
  readonly connection: Connection;
  /** Text and attachments as last saved; a new identity that the composer didn't report replaces what is typed. */
  readonly draft: IDraft;
  readonly onDraftChange: (draft: IDraft) => void;
  readonly onDensityChange: (density: Density) => void;
  /** A path as a person reads it: `~/shop/payments`. */
  readonly shorten: (path: string) => string;
  /** The pane's own entries of the ⋯ menu, after the views' (model, mode, density, rename). */
  readonly menu: readonly MenuEntry[];
  /** Paths of JupyterLab's file browser (a drag) as links that the agent can follow. */
  readonly linkContents: (paths: readonly string[]) => readonly ResourceLinkBlock[];
  /** Bring an archived session back. */
  readonly onRestore: () => Promise<void>;
  /** From *gone*: close the pane, or start another session in it. */
  readonly onClose: () => void;
  readonly onNewSession: () => void;
}

const NO_CONTENT: readonly Block[] = [];

export function Conversation(props: IConversationProps): ReactElement {
  const { context, state, session, connection } = props;
  const root = useRef<HTMLDivElement>(null);
  const prompts = useMemo(
    () => state.items.filter((item): item is IPromptItem => item.type === 'prompt'),
    [state.items]
  );
  const last = prompts[prompts.length - 1]?.content ?? NO_CONTENT;
  const { actions } = context;
  const tryAgain = useCallback(() => {
    const text = last.map(block => (block.type === 'text' ? block.text : '')).join('');
    const attachments = last.filter(block => block.type !== 'text');
    return actions.send(UUID.uuid4(), text, attachments, 'queue');
  }, [last, actions]);

  const [sent, setSent] = useState(0);
  const onSent = useCallback(() => {
    setSent(count => count + 1);
  }, []);

  if (connection === 'gone') {
    return <Gone trans={context.trans} onClose={props.onClose} onNewSession={props.onNewSession} />;
  }
  const started = state.items.length > 0 || state.queue.length > 0;
  const loading = connection === 'connecting' && state.lastSeq === 0;
  return (
    <div className="parsess-Conversation" ref={root} aria-busy={loading}>
      <Header {...props} />
      {connection === 'reconnecting' && <Disconnected trans={context.trans} />}
      {session.problem !== null && <NoticeBar level="warning" text={session.problem} />}
      <Transcript
        context={context}
        items={state.items}
        loading={loading}
        directory={session.directory}
        running={state.activity === 'running' || state.activity === 'waiting'}
        sent={sent}
        onTryAgain={tryAgain}
      >
        {!loading && !started && (
          <Empty context={context} state={state} session={session} shorten={props.shorten} />
        )}
        <Working context={context} state={state} />
      </Transcript>
      <Plan trans={context.trans} entries={state.plan} activity={state.activity} />
      <Question
        context={context}
        questions={state.questions}
        items={state.items}
        directory={session.directory}
        shorten={props.shorten}
        pane={root}
      />
      <Queue context={context} queue={state.queue} running={state.activity === 'running'} />
      <Composer
        context={context}
        draft={props.draft}
        onDraftChange={props.onDraftChange}
        prompts={prompts}
        commands={state.commands}
        activity={state.activity}
        readOnly={session.readOnly}
        archived={state.archived}
        onRestore={props.onRestore}
        onSent={onSent}
        linkContents={props.linkContents}
      />
    </div>
  );
}

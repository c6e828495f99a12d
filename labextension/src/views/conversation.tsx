/** The upper part of a pane: header, transcript, what waits for the person, composer. */
import { UUID } from '@lumino/coreutils';
import { useCallback, useEffect, useMemo, useRef, useState, type ReactElement } from 'react';

import type { Block, ResourceLinkBlock } from '../protocol';
import type { IPromptItem, ISessionState } from '../session/state';
import { Composer } from './composer';
import type { Density, IViewContext } from './contract';
import type { IDraft } from './draft';
import { Disconnected } from './disconnected';
import { Empty } from './empty';
import { Gone } from './gone';
import { Header } from './header';
import { Lacks } from './lacks';
import { localCommandOf, localCommands } from './local';
import type { MenuEntry } from './menu';
import { Plan } from './plan';
import { ProblemBar } from './problemBar';
import { Question } from './question';
import { Queue } from './queue';
import { RewindPanel } from './rewindPanel';
import type { ISessionFacts } from './settings';
import { Setup } from './setup';
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
  /** Put text into the composer, after what stands there. */
  readonly onCompose: (text: string) => void;
  readonly onDensityChange: (density: Density) => void;
  /** A path as a person reads it: `~/shop/payments`. */
  readonly shorten: (path: string) => string;
  /** The pane's own entries of the ⋯ menu, after the views' (model, mode, density, rename). */
  readonly menu: readonly MenuEntry[];
  /** Counts how often the pane was asked for a point to go back to. */
  readonly rewinds: number;
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

  const rewinding = useRewinding(props, prompts);
  const commands = useMemo(
    () =>
      localCommands(context.trans, {
        rewind: rewinding.open,
        newWorktree: branch => {
          actions.newWorktree(branch);
        },
        showChanges: () => {
          actions.showChanges();
        }
      }),
    [context.trans, actions, rewinding.open]
  );

  if (connection === 'gone') {
    return <Gone trans={context.trans} onClose={props.onClose} onNewSession={props.onNewSession} />;
  }
  const started = state.items.length > 0 || state.queue.length > 0;
  const loading = connection === 'connecting' && state.lastSeq === 0;
  return (
    <div className="parsess-Conversation" ref={root} aria-busy={loading}>
      <Header {...props} />
      {connection === 'reconnecting' && <Disconnected trans={context.trans} />}
      <ProblemBar context={context} session={session} />
      <Lacks context={context} worktree={session.worktree} />
      <Transcript
        context={context}
        items={state.items}
        loading={loading}
        directory={session.directory}
        running={state.activity === 'running' || state.activity === 'waiting'}
        sent={sent}
        onTryAgain={tryAgain}
        before={<Setup context={context} there={session.problem === null} state={state} />}
        onRewind={session.readOnly || state.archived ? null : rewinding.choose}
      >
        {!loading && !started && (state.worktree?.status ?? 'ready') === 'ready' && (
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
      {rewinding.to !== null && (
        <RewindPanel
          context={context}
          prompts={prompts}
          to={rewinding.to}
          running={state.turnStartedAt !== null}
          onChoose={rewinding.choose}
          onClose={rewinding.close}
          onRewound={text => {
            rewinding.close();
            if (text !== '') {
              props.onCompose(text);
            }
          }}
        />
      )}
      <Queue context={context} queue={state.queue} running={state.activity === 'running'} />
      <Composer
        context={context}
        draft={props.draft}
        onDraftChange={props.onDraftChange}
        prompts={prompts}
        commands={[...commands, ...state.commands.filter(({ name }) => !isLocal(commands, name))]}
        onCommand={text => {
          const run = localCommandOf(commands, text);
          run?.();
          return run !== null;
        }}
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

const isLocal = (commands: readonly { readonly name: string }[], name: string): boolean =>
  commands.some(command => command.name === name);

interface IRewindingChoice {
  /** The event of the prompt to go back to; null: nobody asks. */
  readonly to: number | null;
  readonly open: () => void;
  readonly choose: (to: number) => void;
  readonly close: () => void;
}

/** Opened by a command, by `/rewind`, or at a prompt. */
function useRewinding(
  { rewinds }: Pick<IConversationProps, 'rewinds'>,
  prompts: readonly IPromptItem[]
): IRewindingChoice {
  const [to, setTo] = useState<number | null>(null);
  const last = prompts.at(-1)?.seq ?? null;
  const latest = useRef(last);
  latest.current = last;
  const open = useCallback(() => {
    setTo(latest.current);
  }, []);
  const close = useCallback(() => {
    setTo(null);
  }, []);
  const before = useRef(rewinds);
  useEffect(() => {
    if (rewinds !== before.current) {
      before.current = rewinds;
      open();
    }
  }, [rewinds, open]);
  // A prompt that is no longer there is nothing to go back to.
  const known = prompts.some(({ seq }) => seq === to);
  return { to: known ? to : null, open, choose: setTo, close };
}

/** Where one writes: text, attachments, completion, Send and Stop. */
import type { TranslationBundle } from '@jupyterlab/translation';
import { useEffect, useRef, useState, type ReactElement, type RefObject } from 'react';

import type { Command, ResourceLinkBlock } from '../protocol';
import { messageOf } from '../server/request';
import type { Activity, IPromptItem } from '../session/state';
import { Attachments } from './attachment';
import { ComposerInput } from './composerInput';
import type { IViewContext } from './contract';
import type { IDraft } from './draft';
import { attachIcon, sendIcon, stopIcon } from './icons';
import { blockOf, takeDrags, TooLargeError } from './intake';
import { NoticeBar } from './notice';
import { useSend } from './send';

export interface IComposerProps {
  readonly context: IViewContext;
  readonly draft: IDraft;
  readonly onDraftChange: (draft: IDraft) => void;
  readonly prompts: readonly IPromptItem[];
  readonly commands: readonly Command[];
  /** Whether a text is a command that the page sees to; then it has been run. */
  readonly onCommand: (text: string) => boolean;
  readonly activity: Activity;
  readonly readOnly: boolean;
  readonly archived: boolean;
  readonly onRestore: () => Promise<void>;
  readonly onSent: () => void;
  /** Paths of JupyterLab's file browser as links that the agent can follow. */
  readonly linkContents: (paths: readonly string[]) => readonly ResourceLinkBlock[];
}

export function Composer(props: IComposerProps): ReactElement {
  const { context, prompts, commands, activity, readOnly, archived, linkContents } = props;
  const { trans, actions } = context;
  const root = useRef<HTMLDivElement>(null);
  const [draft, change] = useDraft(props.draft, props.onDraftChange);
  const { send, error, setError, mention } = useSend(actions, draft, change, props);
  const runs = activity === 'running' || activity === 'waiting';
  const locked = readOnly || archived;
  const attach = (blocks: IDraft['attachments']) => {
    change(now => ({ ...now, attachments: [...now.attachments, ...blocks] }));
  };
  const fail = (reason: unknown) => {
    setError(message(trans, reason));
  };
  const take = (files: readonly File[]) => {
    Promise.all(files.map(blockOf)).then(attach, fail);
  };
  useDrags(root, linkContents, attach);

  return (
    <div className="parsess-Composer" ref={root}>
      {archived && <Archived trans={trans} onRestore={props.onRestore} onError={fail} />}
      <ComposerInput
        context={context}
        text={draft.text}
        onChange={text => {
          change(now => ({ ...now, text }));
        }}
        onSend={send}
        onFiles={take}
        onMention={mention}
        prompts={prompts}
        commands={commands}
        placeholder={placeholder(trans, runs, locked)}
        disabled={locked}
      />
      <Attachments
        context={context}
        blocks={draft.attachments}
        onChange={(index, block) => {
          change(now => ({
            ...now,
            attachments: now.attachments.map((other, at) => (at === index ? block : other))
          }));
        }}
        onRemove={index => {
          change(now => ({ ...now, attachments: now.attachments.filter((_, at) => at !== index) }));
        }}
      />
      {error !== '' && (
        <p className="parsess-Error" role="alert">
          {error}
        </p>
      )}
      <div className="parsess-Composer-bar">
        <button
          type="button"
          className="parsess-IconButton"
          disabled={locked}
          title={trans.__('Attach files')}
          aria-label={trans.__('Attach files')}
          onClick={() => {
            actions.pickFiles().then(attach, fail);
          }}
        >
          <attachIcon.react tag="span" />
        </button>
        <span className="parsess-Line-space" />
        <button
          type="button"
          className="parsess-Button"
          disabled={!(runs || activity === 'starting') || readOnly}
          onClick={() => {
            actions.stop().catch(fail);
          }}
        >
          <stopIcon.react tag="span" />
          {trans.__('Stop')}
        </button>
        <button
          type="button"
          className="parsess-Button parsess-mod-accent"
          disabled={locked || (draft.text.trim() === '' && draft.attachments.length === 0)}
          onClick={() => {
            send('queue');
          }}
        >
          <sendIcon.react tag="span" />
          {trans.__('Send')}
        </button>
      </div>
    </div>
  );
}

type Change = (to: (now: IDraft) => IDraft) => void;

/** What is typed lives here; the pane hears of it, and may put something else in its place. */
function useDraft(given: IDraft, onChange: (draft: IDraft) => void): [IDraft, Change] {
  const [draft, setDraft] = useState(given);
  const latest = useRef(given);
  // All of them: while one types, the pane may be drawn with a draft that is some letters old.
  const reported = useRef(new WeakSet<IDraft>([given]));
  useEffect(() => {
    if (!reported.current.has(given)) {
      reported.current.add(given);
      latest.current = given;
      setDraft(given);
    }
  }, [given]);
  const change: Change = to => {
    latest.current = { ...to(latest.current) };
    reported.current.add(latest.current);
    setDraft(latest.current);
    onChange(latest.current);
  };
  return [draft, change];
}

function useDrags(
  root: RefObject<HTMLElement>,
  link: IComposerProps['linkContents'],
  attach: (blocks: IDraft['attachments']) => void
): void {
  const latest = useRef(attach);
  latest.current = attach;
  useEffect(
    () =>
      root.current
        ? takeDrags(root.current, link, blocks => {
            latest.current(blocks);
          })
        : undefined,
    [root, link]
  );
}

function message(trans: TranslationBundle, reason: unknown): string {
  if (reason instanceof TooLargeError) {
    return trans.__(
      '%1 is larger than 10 MB. Mention it with @ instead: the agent can read it where it is.',
      reason.message
    );
  }
  return messageOf(reason);
}

function placeholder(trans: TranslationBundle, runs: boolean, locked: boolean): string {
  if (locked) {
    return trans.__('Read only');
  }
  return runs
    ? trans.__('Queue a reply, / for commands, @ for files')
    : trans.__('Reply, / for commands, @ for files');
}

interface IArchivedProps {
  readonly trans: TranslationBundle;
  readonly onRestore: () => Promise<void>;
  readonly onError: (reason: unknown) => void;
}

function Archived({ trans, onRestore, onError }: IArchivedProps): ReactElement {
  return (
    <NoticeBar level="info" text={trans.__('This session is archived.')}>
      <button
        type="button"
        className="parsess-Button parsess-mod-small"
        onClick={() => {
          onRestore().catch(onError);
        }}
      >
        {trans.__('Restore')}
      </button>
    </NoticeBar>
  );
}

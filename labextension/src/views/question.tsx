/** A permission the agent waits for: the one boxed thing, above the composer until it is answered. */
import type { TranslationBundle } from '@jupyterlab/translation';
import {
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
  type KeyboardEvent,
  type ReactElement,
  type RefObject
} from 'react';

import type { QuestionOption } from '../protocol';
import { messageOf } from '../server/request';
import type { IOpenQuestion, Item } from '../session/state';
import type { IBusyShell, IViewContext } from './contract';
import { Diff } from './diff';
import { closeIcon } from './icons';
import { NoticeBar } from './notice';
import { Options } from './options';
import { diffsOf } from './toolBody';
import { visible } from './visible';

/** Characters by which a title is known to go on with the command. */
const ENOUGH = 24;

export interface IQuestionProps {
  readonly context: IViewContext;
  /** The first is shown; the others wait behind it. */
  readonly questions: readonly IOpenQuestion[];
  /** Where its tool call is found, for the diff. */
  readonly items: readonly Item[];
  readonly directory: string;
  readonly shorten: (path: string) => string;
  readonly pane: RefObject<HTMLElement>;
}

/** An answer that the server didn't take, to a question that may be gone by then. */
interface IRefusal {
  readonly question: string;
  readonly message: string;
}

export function Question(props: IQuestionProps): ReactElement {
  const [question] = props.questions;
  const [refusal, setRefusal] = useState<IRefusal | null>(null);
  return (
    <>
      {refusal && refusal.question !== question?.id && (
        <Late
          trans={props.context.trans}
          message={refusal.message}
          onClose={() => {
            setRefusal(null);
          }}
        />
      )}
      {question && (
        <Asked
          key={question.id}
          {...props}
          question={question}
          error={refusal?.question === question.id ? refusal.message : ''}
          onRefusal={setRefusal}
        />
      )}
    </>
  );
}

interface ILateProps {
  readonly trans: TranslationBundle;
  readonly message: string;
  readonly onClose: () => void;
}

/** Somebody else was quicker: whoever answered here must not believe that it counted. */
function Late({ trans, message, onClose }: ILateProps): ReactElement {
  return (
    <div role="alert">
      <NoticeBar level="warning" text={trans.__('Your answer did not count. %1', message)}>
        <button
          type="button"
          className="parsess-IconButton"
          aria-label={trans.__('Dismiss')}
          title={trans.__('Dismiss')}
          onClick={onClose}
        >
          <closeIcon.react tag="span" />
        </button>
      </NoticeBar>
    </div>
  );
}

interface IAskedProps extends IQuestionProps {
  readonly question: IOpenQuestion;
  readonly error: string;
  readonly onRefusal: (refusal: IRefusal | null) => void;
}

function Asked(props: IAskedProps): ReactElement {
  const { context, question, questions, items, directory, shorten, pane, error, onRefusal } = props;
  const { trans, actions } = context;
  const box = useRef<HTMLDivElement>(null);
  const [busy, setBusy] = useState(false);
  useFocus(box, pane);

  const [shell, setShell] = useState<IBusyShell | null>(null);
  const attend = (work: Promise<void>) => {
    setBusy(true);
    setShell(null);
    onRefusal(null);
    work
      .catch((failure: unknown) => {
        const message = messageOf(failure);
        onRefusal({ question: question.id, message });
      })
      .finally(() => {
        setBusy(false);
      });
  };
  const answer = (option: QuestionOption, reason?: string) => {
    attend(actions.answer(question.id, option, reason));
  };
  const run = (fresh: boolean) => {
    attend(actions.runInTerminal(question, fresh).then(setShell));
  };

  const runs = question.options.some(({ kind }) => kind === 'run_in_terminal');
  return (
    <div
      className="parsess-Question"
      ref={box}
      role="group"
      aria-label={trans.__('Permission')}
      onKeyDown={event => {
        typeOn(event, pane.current);
      }}
    >
      <div className="parsess-Question-asked">
        <Asking context={context} question={question} shorten={shorten} />
        {question.reason !== null && <p className="parsess-Question-reason">{question.reason}</p>}
        {diffsAsked(items, question).map(diff => (
          <Diff key={diff.path} context={context} diff={diff} directory={directory} />
        ))}
      </div>
      <Options
        trans={trans}
        options={question.options}
        busy={busy}
        onAnswer={answer}
        {...(runs && {
          onRun: () => {
            run(false);
          }
        })}
      />
      {shell && (
        <Busy
          trans={trans}
          shell={shell}
          onFresh={() => {
            run(true);
          }}
        />
      )}
      {error !== '' && (
        <p className="parsess-Error" role="alert">
          {error}
        </p>
      )}
      {questions.length > 1 && (
        <p className="parsess-Quiet">
          {trans._n('%1 more question waits', '%1 more questions wait', questions.length - 1)}
        </p>
      )}
    </div>
  );
}

interface IBusyProps {
  readonly trans: TranslationBundle;
  readonly shell: IBusyShell;
  readonly onFresh: () => void;
}

/** What is typed into a program that runs would go to that. */
function Busy({ trans, shell: { command }, onFresh }: IBusyProps): ReactElement {
  return (
    <div className="parsess-Question-busy">
      <span role="status">
        {command === null
          ? trans.__('Something is typed in your terminal.')
          : trans.__('“%1” runs in your terminal.', visible(command))}
      </span>
      <button type="button" className="parsess-Button" autoFocus onClick={onFresh}>
        {trans.__('Run it in a new terminal')}
      </button>
    </div>
  );
}

interface IAskingProps {
  readonly context: IViewContext;
  readonly question: IOpenQuestion;
  readonly shorten: (path: string) => string;
}

/** What is asked and where it would act. The command is exact: nothing shortened, nothing hidden. */
function Asking({ context: { trans }, question, shorten }: IAskingProps): ReactElement {
  const { command } = question;
  return (
    <div className="parsess-Question-asking" aria-live="assertive">
      <span className="parsess-Question-title">{visible(verbOf(question))}</span>
      {command !== null && (
        <pre className="parsess-Question-command" tabIndex={0}>
          {visible(command)}
        </pre>
      )}
      {question.directory !== null && (
        <span className="parsess-Question-place" title={question.directory}>
          {trans.__('in %1', shorten(question.directory))}
        </span>
      )}
    </div>
  );
}

/** The title without the command, which it may have in part. */
function verbOf({ title, command }: IOpenQuestion): string {
  const [line = ''] = command?.trimStart().split('\n') ?? [];
  const at = title.indexOf(line.slice(0, ENOUGH).trimEnd());
  return command !== null && at > 0 ? title.slice(0, at).trim() : title;
}

function diffsAsked(items: readonly Item[], { toolCall }: IOpenQuestion) {
  const call =
    toolCall === null ? undefined : items.find(item => item.type === 'tool' && item.id === toolCall);
  return call?.type === 'tool' ? diffsOf(call.content) : [];
}

/**
 * A person at work in this pane with nothing typed is taken to the answers, and back when they are given; nobody
 * else is. Escape goes to *no*.
 */
function useFocus(box: RefObject<HTMLElement>, pane: RefObject<HTMLElement>): void {
  useEffect(() => {
    const root = pane.current;
    if (root?.contains(document.activeElement) && !composerOf(root)?.value) {
      box.current?.querySelector<HTMLElement>('.parsess-Options button')?.focus();
    }
    const onEscape = (event: globalThis.KeyboardEvent) => {
      if (event.key === 'Escape' && !event.defaultPrevented) {
        box.current?.querySelector<HTMLElement>('[data-deny]')?.focus();
      }
    };
    root?.addEventListener('keydown', onEscape);
    return () => {
      root?.removeEventListener('keydown', onEscape);
    };
  }, [box, pane]);
  // Before the buttons go, and the keyboard would be nowhere.
  useLayoutEffect(() => {
    const [node, root] = [box.current, pane.current];
    return () => {
      if (node?.contains(document.activeElement)) {
        composerOf(root)?.focus();
      }
    };
  }, [box, pane]);
}

function composerOf(pane: HTMLElement | null): HTMLTextAreaElement | null {
  return pane?.querySelector<HTMLTextAreaElement>('.parsess-Composer-input') ?? null;
}

/** Who was about to write goes on writing: a letter typed on a button belongs to the composer. */
function typeOn(event: KeyboardEvent, pane: HTMLElement | null): void {
  const { target, key } = event;
  if (target instanceof HTMLButtonElement && event.repeat && key === 'Enter') {
    event.preventDefault();
    return;
  }
  const isLetter = key.length === 1 && key !== ' ' && !event.ctrlKey && !event.metaKey && !event.altKey;
  if (target instanceof HTMLButtonElement && isLetter) {
    composerOf(pane)?.focus();
  }
}

/** How the worktree comes up: its steps as a list that ticks, the setup command with its log. */
import type { TranslationBundle } from '@jupyterlab/translation';
import { useEffect, useState, type ReactElement } from 'react';

import type { SetupInfo } from '../protocol';
import type { ISessionState, ISetupStep } from '../session/state';
import type { IViewContext } from './contract';
import { duration, elapsed } from './format';
import { Fold } from './fold';
import { deniedIcon, doingIcon, doneIcon, failedIcon, todoIcon, waitingIcon, worktreeIcon } from './icons';
import { Rendered } from './rendered';
import { useNow } from './time';

export interface ISetupProps {
  readonly context: IViewContext;
  readonly state: Pick<ISessionState, 'worktree' | 'setup' | 'activity' | 'items'>;
}

/** Steps that a command of the person's or the repository's runs in. */
const COMMANDS: Readonly<Record<string, 'setup' | 'recipe' | undefined>> = {
  setup: 'setup',
  environment: 'recipe'
};

export function Setup({ context, state }: ISetupProps): ReactElement | null {
  const { trans } = context;
  const { worktree, setup: steps } = state;
  const [opened, setOpened] = useState<boolean | null>(null);
  if (!worktree || (steps.length === 0 && worktree.status === 'ready')) {
    return null;
  }
  const calm =
    worktree.status === 'ready' && steps.every(({ status }) => ['done', 'skipped'].includes(status));
  const took = steps.reduce((sum, { seconds }) => sum + (seconds ?? 0), 0);
  return (
    <Fold
      className="parsess-Setup"
      status={worktree.status}
      open={opened ?? !calm}
      onToggle={setOpened}
      line={
        <>
          <worktreeIcon.react tag="span" className="parsess-Line-icon" />
          <span className="parsess-Line-verb">{headline(trans, worktree.status)}</span>
          <span className="parsess-Line-object">{worktree.branch ?? worktree.path}</span>
          {calm && <span className="parsess-Line-fact">{duration(trans, took * 1000)}</span>}
        </>
      }
    >
      <ul className="parsess-Setup-steps" aria-label={trans.__('Steps')}>
        {steps.map(step => (
          <Step key={step.step} context={context} step={step} />
        ))}
      </ul>
      {worktree.status === 'failed' && state.activity !== 'archived' && (
        <Failed context={context} reason={reasonOf(state.items)} />
      )}
    </Fold>
  );
}

/** Why the worktree was not made, the last time. */
function reasonOf(items: ISessionState['items']): string {
  const failures = items.flatMap(item =>
    item.type === 'failure' && item.reason === 'worktree' ? [item.message] : []
  );
  return failures.at(-1) ?? '';
}

function headline(trans: TranslationBundle, status: 'making' | 'ready' | 'failed'): string {
  switch (status) {
    case 'making':
      return trans.__('Making the worktree');
    case 'ready':
      return trans.__('Worktree ready');
    case 'failed':
      return trans.__('The worktree was not made');
  }
}

const ICONS = {
  running: doingIcon,
  done: doneIcon,
  failed: failedIcon,
  skipped: todoIcon,
  needs_consent: waitingIcon
};

function Step({ context, step }: { context: IViewContext; step: ISetupStep }): ReactElement {
  const { trans } = context;
  const running = step.status === 'running';
  const now = useNow(running);
  const Icon = step.status === 'skipped' ? deniedIcon : ICONS[step.status];
  const spent = step.seconds === null ? elapsed(step.at, now) : step.seconds * 1000;
  const command = COMMANDS[step.step];
  return (
    <li data-status={step.status}>
      <div className="parsess-Setup-step">
        <Icon.react tag="span" className="parsess-Line-icon" />
        <span className="parsess-Setup-name">{stepWord(trans, step.step)}</span>
        <span className="parsess-Hidden">{statusWord(trans, step.status)}</span>
        {step.status !== 'needs_consent' && (
          <span className="parsess-Setup-detail" title={step.detail}>
            {step.detail}
          </span>
        )}
        <span className="parsess-Line-fact">
          {running
            ? trans.__('%1 · running…', duration(trans, spent ?? 0))
            : step.status === 'done' || step.status === 'failed'
              ? duration(trans, spent ?? 0)
              : ''}
        </span>
      </div>
      {step.status === 'needs_consent' && <Consent context={context} command={step.detail} />}
      {command && ['running', 'done', 'failed'].includes(step.status) && (
        <CommandLog context={context} step={step} which={command} />
      )}
    </li>
  );
}

/** A command that came with the repository: read, then run or not. */
function Consent({ context, command }: { context: IViewContext; command: string }): ReactElement {
  const { trans, actions } = context;
  const { attempt, busy, error } = useAttempt();
  return (
    <div className="parsess-Setup-consent" role="group" aria-label={trans.__('Setup command')}>
      <p>{trans.__('This repository asks to run a command in the new worktree. Read it first:')}</p>
      <pre className="parsess-Pre">{command}</pre>
      <div className="parsess-Options">
        <button
          type="button"
          className="parsess-Button parsess-mod-accent"
          disabled={busy}
          onClick={() => {
            attempt(async () => {
              const { setup } = await actions.setupInfo();
              if (setup && setup.command !== command) {
                throw new Error(trans.__('The command has changed: %1', setup.command));
              }
              await actions.runSetup('setup', setup?.fingerprint);
            });
          }}
        >
          {trans.__('Run it')}
        </button>
        <button
          type="button"
          className="parsess-Button"
          disabled={busy}
          onClick={() => {
            attempt(() => actions.skipSetup());
          }}
        >
          {trans.__('Go on without')}
        </button>
      </div>
      {error}
    </div>
  );
}

interface ICommandLogProps {
  readonly context: IViewContext;
  readonly step: ISetupStep;
  readonly which: 'setup' | 'recipe';
}

const LOG = 'application/vnd.jupyter.stdout';
const LOOK_EVERY = 1000;

/** What the command prints, and what can be done with it. */
function CommandLog({ context, step, which }: ICommandLogProps): ReactElement {
  const { trans, actions } = context;
  /** Null: nobody chose; what failed shows why. */
  const [chosen, setOpen] = useState<boolean | null>(null);
  const open = chosen ?? step.status === 'failed';
  const [info, setInfo] = useState<SetupInfo | null>(null);
  const { attempt, busy, error } = useAttempt();
  const running = step.status === 'running';
  useEffect(() => {
    if (!open) {
      return undefined;
    }
    let current = true;
    const look = () => {
      actions.setupInfo().then(
        found => {
          if (current) {
            setInfo(found);
          }
        },
        () => undefined
      );
    };
    look();
    const timer = running ? setInterval(look, LOOK_EVERY) : undefined;
    return () => {
      current = false;
      clearInterval(timer);
    };
  }, [open, running, step.at, actions]);
  const code = info?.run?.exit_code;
  const offer = which === 'setup' ? info?.setup : info?.recipe;
  return (
    <div className="parsess-Setup-log">
      <div className="parsess-Setup-actions">
        <button
          type="button"
          className="parsess-Button parsess-mod-link"
          aria-expanded={open}
          onClick={() => {
            setOpen(!open);
          }}
        >
          {open ? trans.__('Hide the log') : trans.__('Log')}
        </button>
        {running ? (
          <button
            type="button"
            className="parsess-Button parsess-mod-link"
            disabled={busy}
            onClick={() => {
              attempt(() => actions.cancelSetup());
            }}
          >
            {trans.__('Cancel')}
          </button>
        ) : (
          <button
            type="button"
            className="parsess-Button parsess-mod-link"
            disabled={busy}
            onClick={() => {
              attempt(async () => {
                const found = await actions.setupInfo();
                const again = which === 'setup' ? found.setup : found.recipe;
                if (again?.needs_consent && again.command !== offer?.command) {
                  setInfo(found);
                  setOpen(true);
                  throw new Error(trans.__('Read the command below, then run it.'));
                }
                await actions.runSetup(which, again?.fingerprint);
              });
            }}
          >
            {trans.__('Run again')}
          </button>
        )}
        {open && typeof code === 'number' && (
          <span className="parsess-Quiet">{trans.__('exit %1', code)}</span>
        )}
      </div>
      {error}
      {open && offer && <pre className="parsess-Pre">{offer.command}</pre>}
      {open && info && (
        <div className="parsess-Setup-output">
          <Rendered
            rendermime={context.rendermime}
            mimeType={LOG}
            text={info.tail === '' ? trans.__('(no output)') : info.tail}
          />
        </div>
      )}
    </div>
  );
}

/** Nothing was made: try as it was, or ask for something else. */
function Failed({ context, reason }: { context: IViewContext; reason: string }): ReactElement {
  const { trans, actions } = context;
  const { attempt, busy, error } = useAttempt();
  return (
    <div className="parsess-Setup-failed">
      {reason !== '' && <p>{reason}</p>}
      <p className="parsess-Quiet">
        {trans.__('What had been made is gone again. Nothing else was touched.')}
      </p>
      <div className="parsess-Options">
        <button
          type="button"
          className="parsess-Button"
          disabled={busy}
          onClick={() => {
            attempt(() => actions.retryWorktree());
          }}
        >
          {trans.__('Try again')}
        </button>
        <button
          type="button"
          className="parsess-Button"
          disabled={busy}
          onClick={() => {
            attempt(() => actions.changeWorktree());
          }}
        >
          {trans.__('Retry with changes…')}
        </button>
      </div>
      {error}
    </div>
  );
}

/** One action at a time, its error in words. */
function useAttempt(): {
  readonly attempt: (work: () => Promise<void>) => void;
  readonly busy: boolean;
  readonly error: ReactElement | null;
} {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState('');
  const attempt = (work: () => Promise<void>) => {
    setBusy(true);
    setError('');
    work()
      .catch((reason: unknown) => {
        setError(reason instanceof Error ? reason.message : String(reason));
      })
      .finally(() => {
        setBusy(false);
      });
  };
  const shown =
    error === '' ? null : (
      <p className="parsess-Error" role="alert">
        {error}
      </p>
    );
  return { attempt, busy, error: shown };
}

function stepWord(trans: TranslationBundle, step: string): string {
  switch (step) {
    case 'base':
      return trans.__('Find the base');
    case 'prune':
      return trans.__('Clear stale entries');
    case 'add':
      return trans.__('Make branch and folder');
    case 'checkout':
      return trans.__('Check out the files');
    case 'hook':
      return trans.__('Hooks');
    case 'submodules':
      return trans.__('Submodules');
    case 'include':
      return trans.__('Copy included files');
    case 'carry_over':
      return trans.__('Carry changes over');
    case 'setup':
      return trans.__('Setup command');
    case 'environment':
      return trans.__('Python environment');
    case 'interpreter':
      return trans.__('Interpreter');
    default:
      return step;
  }
}

function statusWord(trans: TranslationBundle, status: ISetupStep['status']): string {
  switch (status) {
    case 'running':
      return trans.__('running');
    case 'done':
      return trans.__('done');
    case 'failed':
      return trans.__('failed');
    case 'skipped':
      return trans.__('skipped');
    case 'needs_consent':
      return trans.__('waits for you');
  }
}

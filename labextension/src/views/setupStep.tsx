/** One step of the setup: a line, what it waits for, and what it prints. */
import type { ReactElement } from 'react';

import type { ISetupStep } from '../session/state';
import { useAttempt } from './attempt';
import type { IViewContext } from './contract';
import { duration, elapsed } from './format';
import { deniedIcon, doingIcon, doneIcon, failedIcon, todoIcon, waitingIcon } from './icons';
import { SetupLog } from './setupLog';
import { statusWord, stepWord } from './setupWords';
import { useNow } from './time';

/** Steps that a command of the person's or the repository's runs in. */
const COMMANDS: Readonly<Record<string, 'setup' | 'recipe' | undefined>> = {
  setup: 'setup',
  environment: 'recipe'
};

const ICONS = {
  running: doingIcon,
  done: doneIcon,
  failed: failedIcon,
  skipped: todoIcon,
  needs_consent: waitingIcon
};

export interface ISetupStepProps {
  readonly context: IViewContext;
  readonly step: ISetupStep;
  readonly there: boolean;
}

export function SetupStep({ context, step, there }: ISetupStepProps): ReactElement {
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
      {there && step.status === 'needs_consent' && <Consent context={context} command={step.detail} />}
      {there && command && ['running', 'done', 'failed'].includes(step.status) && (
        <SetupLog context={context} step={step} which={command} />
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

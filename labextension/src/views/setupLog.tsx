/** What a command of the setup prints, and what can be done with it. */
import { useEffect, useState, type ReactElement } from 'react';

import type { SetupInfo } from '../protocol';
import type { ISetupStep } from '../session/state';
import { useAttempt } from './attempt';
import type { IViewContext } from './contract';
import { Rendered } from './rendered';

export interface ISetupLogProps {
  readonly context: IViewContext;
  readonly step: ISetupStep;
  readonly which: 'setup' | 'recipe';
}

const LOG = 'application/vnd.jupyter.stdout';
const LOOK_EVERY = 1000;

export function SetupLog({ context, step, which }: ISetupLogProps): ReactElement {
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

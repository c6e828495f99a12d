/** The command that would prepare a new worktree. */
import type { ReactElement } from 'react';

import type { SetupOffer } from '../protocol';
import { Check } from './check';
import type { IWorktreeChoicesProps } from './worktreeChoices';

export interface ISetupOfferedProps extends IWorktreeChoicesProps {
  readonly setup: SetupOffer;
}

/** A command out of the repository is run only when it was read. */
export function SetupOffered({ trans, value, setup, onChange }: ISetupOfferedProps): ReactElement {
  const runs = setup.needs_consent
    ? value.setup_consent === setup.fingerprint && value.setup !== false
    : value.setup !== false;
  return (
    <div className="parsess-Worktree-setup">
      <Check
        checked={runs}
        onChange={run => {
          onChange({ ...value, setup: run, setup_consent: run ? setup.fingerprint : null });
        }}
      >
        {setup.needs_consent
          ? trans.__('Run the setup command that this repository brings:')
          : trans.__('Run the setup command:')}
      </Check>
      <pre className="parsess-Pre">{setup.command}</pre>
      {runs && (
        <Check
          checked={value.wait_for_setup ?? setup.wait}
          onChange={wait_for_setup => {
            onChange({ ...value, wait_for_setup });
          }}
        >
          {trans.__('The first task waits for it')}
        </Check>
      )}
    </div>
  );
}

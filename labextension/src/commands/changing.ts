/** Worktrees, and what a session changed. */
import { Notification } from '@jupyterlab/apputils';

import type { Panes } from '../panes/panes';
import type { IPaneServices } from '../panes/services';
import { openForm, worktreeBeside } from '../panes/worktreeForm';
import { listWorktrees } from '../panes/worktreeList';
import { SessionChanges } from '../server/changes';
import type { Commands } from './command';
import { CommandIDs } from './ids';

export function changing(services: IPaneServices, panes: Panes): Commands {
  const { trans } = services;
  const commands = () => panes.current?.commands ?? null;
  const worktree = () => panes.current?.model?.summary?.worktree ?? null;
  const isReady = () => worktree()?.status === 'ready';
  return {
    [CommandIDs.newWorktree]: {
      label: trans.__('New Session in a Worktree'),
      caption: trans.__('Start a session beside this one, on a branch and in a checkout of its own'),
      isEnabled: () => Boolean(panes.current?.model?.summary),
      args: { branch: { type: 'string', description: trans.__('The new branch; the pattern makes one') } },
      execute: async args => {
        const model = panes.current?.model;
        if (model) {
          await openForm(services, worktreeBeside(model, typeof args.branch === 'string' ? args.branch : ''));
        }
      }
    },
    [CommandIDs.toggleChanges]: {
      label: trans.__('Go to Changes or Back'),
      caption: trans.__('From the prompt to what the session changed, and back'),
      isEnabled: () => commands() !== null,
      execute: () => {
        commands()?.toggleChanges();
      }
    },
    [CommandIDs.sendComments]: {
      label: trans.__('Send Comments on Changes'),
      isEnabled: () => commands()?.hasComments ?? false,
      execute: () => {
        commands()?.sendComments();
      }
    },
    [CommandIDs.rewind]: {
      label: trans.__('Rewind Session…'),
      caption: trans.__('Go back to before a prompt: files, conversation or both'),
      isEnabled: () => commands() !== null,
      execute: () => {
        commands()?.rewind();
      }
    },
    [CommandIDs.listWorktrees]: {
      label: trans.__('Worktrees…'),
      caption: trans.__('Those in use, removed ones that can come back, and what is left over'),
      execute: () => listWorktrees(services)
    },
    [CommandIDs.land]: {
      label: trans.__('Land Worktree…'),
      caption: trans.__('Merge, squash or rebase the work into another branch'),
      isEnabled: isReady,
      execute: () => {
        commands()?.showChanges('land');
      }
    },
    [CommandIDs.removeWorktree]: {
      label: trans.__('Remove Worktree…'),
      caption: trans.__('What would be lost is shown first'),
      isEnabled: () => isReady() && Boolean(worktree()?.id),
      execute: () => {
        commands()?.showChanges('remove');
      }
    },
    [CommandIDs.carryOver]: {
      label: trans.__('Carry Uncommitted Changes into the Worktree'),
      isEnabled: () => (worktree()?.lacks?.uncommitted ?? 0) > 0,
      execute: async () => {
        const model = panes.current?.model;
        if (model) {
          const { server, feed } = services;
          const { files = [] } = await new SessionChanges(server.settings, model.id).carryOver();
          feed.put(await server.get(model.id));
          Notification.success(trans._n('Carried %1 file over.', 'Carried %1 files over.', files.length), {
            autoClose: 5000
          });
        }
      }
    }
  };
}

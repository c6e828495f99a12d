/** Every command of the extension: its id, words, arguments, and when it can be used. */
import { InputDialog, Notification } from '@jupyterlab/apputils';
import type { CommandRegistry } from '@lumino/commands';
import type { ReadonlyJSONObject, ReadonlyPartialJSONObject } from '@lumino/coreutils';

import { newDraft, type SessionPane, type Subject } from './panes/pane';
import { terminalCommands } from './panes/terminalCommands';
import type { Panes } from './panes/panes';
import type { IPaneServices } from './panes/services';
import { openForm, worktreeBeside } from './panes/worktreeForm';
import { listWorktrees } from './panes/worktreeList';
import { SessionChanges } from './server/changes';
import { sessionIcon } from './views/icons';

export const CommandIDs = {
  newSession: 'parsess-lab:new-session',
  newSessionHere: 'parsess-lab:new-session-here',
  openSession: 'parsess-lab:open-session',
  splitRight: 'parsess-lab:split-right',
  splitDown: 'parsess-lab:split-down',
  focusNext: 'parsess-lab:focus-next',
  focusPrevious: 'parsess-lab:focus-previous',
  nextWaiting: 'parsess-lab:next-waiting',
  goTo: 'parsess-lab:go-to',
  toggleTerminal: 'parsess-lab:toggle-terminal',
  stop: 'parsess-lab:stop',
  rename: 'parsess-lab:rename',
  newWorktree: 'parsess-lab:new-worktree',
  toggleChanges: 'parsess-lab:toggle-changes',
  sendComments: 'parsess-lab:send-comments',
  rewind: 'parsess-lab:rewind',
  land: 'parsess-lab:land',
  removeWorktree: 'parsess-lab:remove-worktree',
  carryOver: 'parsess-lab:carry-over',
  listWorktrees: 'parsess-lab:worktrees'
} as const;

/** Directories of the file browser, as the server understands them. */
export interface IBrowsing {
  /** Where the browser is; null: there is none. */
  current(): Promise<string | null>;
  /** The folder that was clicked. */
  selected(): Promise<string | null>;
  onServer(contentsPath: string): Promise<string>;
}

type Command = Omit<CommandRegistry.ICommandOptions, 'describedBy'> & { readonly args?: ReadonlyJSONObject };
type Commands = Readonly<Record<string, Command>>;

export function addCommands(services: IPaneServices, panes: Panes, browsing: IBrowsing): void {
  const all: Commands = {
    ...opening(services, panes, browsing),
    ...moving(services, panes),
    ...acting(services, panes),
    ...changing(services, panes),
    ...terminalCommands(services.trans, panes)
  };
  for (const [id, { args = {}, ...options }] of Object.entries(all)) {
    const describedBy = { args: { type: 'object', properties: args } };
    services.app.commands.addCommand(id, { describedBy, ...options });
  }
}

function opening(services: IPaneServices, panes: Panes, browsing: IBrowsing): Commands {
  const { trans } = services;
  const beside = async () => panes.current?.directory ?? browsing.current();
  return {
    [CommandIDs.newSession]: {
      label: args => (args.isLauncher ? trans.__('Parallel Session') : trans.__('New Parallel Session')),
      caption: trans.__('Start an agent in a pane of its own'),
      icon: args => (args.isLauncher ? sessionIcon : undefined),
      args: {
        directory: { type: 'string', description: trans.__('Where it works: a path on the server') },
        cwd: { type: 'string', description: trans.__('The same as a path of the file browser') }
      },
      execute: async args => panes.open(newDraft(await requested(args, browsing, beside)))
    },
    [CommandIDs.newSessionHere]: {
      label: trans.__('New Parallel Session Here'),
      icon: sessionIcon,
      execute: async () => panes.open(newDraft(await browsing.selected()))
    },
    [CommandIDs.openSession]: {
      label: trans.__('Open Session'),
      args: {
        id: { type: 'string', description: trans.__('The session') },
        draft: { type: 'string', description: trans.__('Instead of it: a form that was not sent yet') },
        directory: { type: ['string', 'null'], description: trans.__('What that form begins with') },
        beside: { type: 'boolean', description: trans.__('To the right of the current pane') }
      },
      execute: args =>
        panes.open(
          subjectOf(args),
          args.beside === true
            ? { mode: 'split-right', ref: services.app.shell.currentWidget?.id ?? null }
            : {}
        )
    },
    [CommandIDs.splitRight]: {
      label: trans.__('Split Session Right'),
      caption: trans.__('Start another session beside this one'),
      execute: async () => panes.split('split-right', await beside())
    },
    [CommandIDs.splitDown]: {
      label: trans.__('Split Session Down'),
      caption: trans.__('Start another session below this one'),
      execute: async () => panes.split('split-bottom', await beside())
    }
  };
}

function moving({ trans }: IPaneServices, panes: Panes): Commands {
  const hasPanes = () => panes.inOrder.length > 0;
  return {
    [CommandIDs.focusNext]: {
      label: trans.__('Next Session'),
      isEnabled: hasPanes,
      execute: () => {
        panes.step(1);
      }
    },
    [CommandIDs.focusPrevious]: {
      label: trans.__('Previous Session'),
      isEnabled: hasPanes,
      execute: () => {
        panes.step(-1);
      }
    },
    [CommandIDs.nextWaiting]: {
      label: trans.__('Next Session That Waits for You'),
      isEnabled: () => panes.waiting.length > 0,
      execute: () => {
        panes.nextWaiting();
      }
    },
    [CommandIDs.goTo]: {
      label: args =>
        'index' in args ? trans.__('Go to Session %1', args.index) : trans.__('Go to Session…'),
      isEnabled: args => panes.inOrder.length >= Number(args.index ?? 1),
      args: { index: { type: 'integer', description: trans.__('From 1: left to right, top to bottom') } },
      execute: async args => {
        panes.goTo(
          'index' in args ? Number(args.index) : await chooseIndex(panes, trans.__('Go to session'))
        );
      }
    }
  };
}

function acting({ trans, server, feed }: IPaneServices, panes: Panes): Commands {
  const session = () => panes.current?.session ?? null;
  return {
    [CommandIDs.toggleTerminal]: {
      label: trans.__('Go to Terminal or Back'),
      caption: trans.__('From the prompt to the terminal of the same session, and back'),
      isEnabled: () => session() !== null,
      execute: () => {
        panes.current?.toggleTerminal();
      }
    },
    [CommandIDs.stop]: {
      label: trans.__('Stop Session'),
      caption: trans.__('End what its agent does now'),
      isEnabled: () => ['starting', 'running', 'waiting'].includes(panes.current?.activity ?? ''),
      execute: async () => {
        const id = session();
        await (id === null ? undefined : server.cancel(id));
      }
    },
    [CommandIDs.rename]: {
      label: trans.__('Rename Session…'),
      isEnabled: () => session() !== null,
      args: { name: { type: 'string', description: trans.__('Asked for when it is left out') } },
      execute: async args => {
        const id = session();
        const name =
          typeof args.name === 'string'
            ? args.name
            : await askName(panes.current, trans.__('Rename session'));
        if (id !== null && name) {
          feed.put(await server.change(id, { name }));
        }
      }
    }
  };
}

function changing(services: IPaneServices, panes: Panes): Commands {
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

/** The directory that is asked for, else the nearest one. */
async function requested(
  { directory, cwd }: ReadonlyPartialJSONObject,
  browsing: IBrowsing,
  otherwise: () => Promise<string | null>
): Promise<string | null> {
  if (typeof directory === 'string') {
    return directory;
  }
  return typeof cwd === 'string' ? browsing.onServer(cwd) : otherwise();
}

export function subjectOf({ id, draft, directory }: ReadonlyPartialJSONObject): Subject {
  if (typeof id === 'string') {
    return { session: id };
  }
  const known = typeof directory === 'string' ? directory : null;
  return typeof draft === 'string' ? { draft, directory: known } : newDraft(known);
}

/** What `openSession` has to be called with to get the same pane again. */
export function argsOf(subject: Subject): ReadonlyJSONObject {
  return 'session' in subject ? { id: subject.session } : subject;
}

async function askName(pane: SessionPane | null, title: string): Promise<string | null> {
  const { value } = await InputDialog.getText({ title, text: pane?.label ?? '' });
  return value?.trim() ?? null;
}

async function chooseIndex(panes: Panes, title: string): Promise<number> {
  const items = panes.inOrder.map(({ label }, index) => `${index + 1} · ${label}`);
  const { value } = await InputDialog.getItem({ title, items });
  return value === null ? 0 : items.indexOf(value) + 1;
}

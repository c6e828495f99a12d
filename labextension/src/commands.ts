/** Every command of the extension: its id, words, arguments, and when it can be used. */
import { InputDialog } from '@jupyterlab/apputils';
import type { CommandRegistry } from '@lumino/commands';
import type { ReadonlyJSONObject, ReadonlyPartialJSONObject } from '@lumino/coreutils';

import { newDraft, type SessionPane, type Subject } from './panes/pane';
import type { Panes } from './panes/panes';
import type { IPaneServices } from './panes/services';
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
  rename: 'parsess-lab:rename'
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
    ...acting(services, panes)
  };
  for (const [id, { args = {}, ...options }] of Object.entries(all)) {
    const describedBy = { args: { type: 'object', properties: args } };
    services.app.commands.addCommand(id, { describedBy, ...options });
  }
}

function opening({ trans }: IPaneServices, panes: Panes, browsing: IBrowsing): Commands {
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
        directory: { type: ['string', 'null'], description: trans.__('What that form begins with') }
      },
      execute: args => panes.open(subjectOf(args))
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
      isEnabled: () => ['running', 'waiting'].includes(panes.current?.activity ?? ''),
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

/** Panes: a new one, a known one, one beside another. */
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import { newDraft } from '../panes/pane';
import type { Panes } from '../panes/panes';
import type { IPaneServices } from '../panes/services';
import { sessionIcon } from '../views/icons';
import type { Commands } from './command';
import { CommandIDs } from './ids';
import { subjectOf } from './subject';

/** Directories of the file browser, as the server understands them. */
export interface IBrowsing {
  /** Where the browser is; null: there is none. */
  current(): Promise<string | null>;
  /** The folder that was clicked. */
  selected(): Promise<string | null>;
  onServer(contentsPath: string): Promise<string>;
}

export function opening(services: IPaneServices, panes: Panes, browsing: IBrowsing): Commands {
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

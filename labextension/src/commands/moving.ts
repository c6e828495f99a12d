/** From pane to pane. */
import { InputDialog } from '@jupyterlab/apputils';

import type { Panes } from '../panes/panes';
import type { IPaneServices } from '../panes/services';
import type { Commands } from './command';
import { CommandIDs } from './ids';

export function moving({ trans }: IPaneServices, panes: Panes): Commands {
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

async function chooseIndex(panes: Panes, title: string): Promise<number> {
  const items = panes.inOrder.map(({ label }, index) => `${index + 1} · ${label}`);
  const { value } = await InputDialog.getItem({ title, items });
  return value === null ? 0 : items.indexOf(value) + 1;
}

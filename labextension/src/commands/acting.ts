/** What is done with the current session: its keyboard, its turn, its name. */
import { InputDialog } from '@jupyterlab/apputils';

import type { SessionPane } from '../panes/pane';
import type { Panes } from '../panes/panes';
import type { IPaneServices } from '../panes/services';
import type { Commands } from './command';
import { CommandIDs } from './ids';

export function acting({ trans, server, feed }: IPaneServices, panes: Panes): Commands {
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

async function askName(pane: SessionPane | null, title: string): Promise<string | null> {
  const { value } = await InputDialog.getText({ title, text: pane?.label ?? '' });
  return value?.trim() ?? null;
}

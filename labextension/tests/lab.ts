/** A page of JupyterLab with our plugin: its real shell, layout restorer and commands. */
import { LabShell, LayoutRestorer, type JupyterFrontEnd } from '@jupyterlab/application';
import type { ICommandPalette, IPaletteItem } from '@jupyterlab/apputils';
import type { ServerConnection } from '@jupyterlab/services';
import { RenderMimeRegistry } from '@jupyterlab/rendermime';
import { StateDB } from '@jupyterlab/statedb';
import { CommandRegistry } from '@lumino/commands';
import { Widget } from '@lumino/widgets';

import plugin from '../src/index';

export interface ILab {
  readonly commands: CommandRegistry;
  readonly shell: LabShell;
  /** Commands in the palette. */
  readonly palette: readonly string[];
  /** What JupyterLab does a moment after each change. */
  save(): Promise<void>;
  close(): void;
}

/** @param state - What the page before has left behind. */
export async function openLab(settings: ServerConnection.ISettings, state = new StateDB()): Promise<ILab> {
  const commands = new CommandRegistry();
  const shell = new LabShell();
  Widget.attach(shell, document.body);
  const palette: string[] = [];
  const addItem = ({ command }: IPaletteItem) => palette.push(command);
  const restorer = new LayoutRestorer({ connector: state, first: Promise.resolve(), registry: commands });
  const app = {
    commands,
    shell,
    restored: restorer.restored,
    serviceManager: { serverSettings: settings, contents: { localPath: (path: string) => path } }
  } as unknown as JupyterFrontEnd;
  const toolkit = { addItem } as unknown as ICommandPalette;
  const nothing = [null, null, null, null, null];
  await plugin.activate(app, new RenderMimeRegistry(), null, null, state, restorer, toolkit, ...nothing);
  await shell.restoreLayout('multiple-document', restorer);
  await restorer.restored;
  return {
    commands,
    shell,
    palette,
    save: () => restorer.save(shell.saveLayout()),
    close: () => {
      shell.dispose();
    }
  };
}

/** The plugin: takes what JupyterLab has and puts the parts together. What is heavy is loaded with the first pane. */
import { ILayoutRestorer, type JupyterFrontEnd, type JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette, IThemeManager } from '@jupyterlab/apputils';
import { PageConfig } from '@jupyterlab/coreutils';
import { IDocumentManager } from '@jupyterlab/docmanager';
import { IDefaultFileBrowser } from '@jupyterlab/filebrowser';
import { ILauncher } from '@jupyterlab/launcher';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { IRunningSessionManagers } from '@jupyterlab/running';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { IStateDB } from '@jupyterlab/statedb';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

// The tracker, the commands and the list are registered at once, and are small.
/* eslint-disable jupyter/prefer-lazy-imports */
import { addCommands, argsOf, CommandIDs, type IBrowsing } from './commands';
import { Memory } from './panes/memory';
import { Panes } from './panes/panes';
import { learnPlaces, NOWHERE, onServer } from './panes/places';
import { Preferences } from './panes/preferences';
import { listSessions } from './panes/running';
import type { IPaneServices } from './panes/services';
import { TERMINAL_DOINGS, terminalCommand } from './panes/terminalCommands';
import { Feed } from './server/feed';
import { Sessions } from './server/sessions';

const PLUGIN = 'parsess-lab:plugin';

const plugin: JupyterFrontEndPlugin<void> = {
  id: PLUGIN,
  description: 'Runs several coding agents side by side.',
  autoStart: true,
  requires: [IRenderMimeRegistry],
  optional: [
    ITranslator,
    ISettingRegistry,
    IStateDB,
    ILayoutRestorer,
    ICommandPalette,
    ILauncher,
    IDefaultFileBrowser,
    IDocumentManager,
    IRunningSessionManagers,
    IThemeManager
  ],
  activate: (
    app: JupyterFrontEnd,
    rendermime: IRenderMimeRegistry,
    translator: ITranslator | null,
    settings: ISettingRegistry | null,
    state: IStateDB | null,
    restorer: ILayoutRestorer | null,
    palette: ICommandPalette | null,
    launcher: ILauncher | null,
    browser: IDefaultFileBrowser | null,
    documents: IDocumentManager | null,
    running: IRunningSessionManagers | null,
    themes: IThemeManager | null
  ) => {
    const trans = (translator ?? nullTranslator).load('parsess_lab');
    const server = new Sessions(app.serviceManager.serverSettings);
    const services: IPaneServices = {
      app,
      server,
      feed: new Feed(server),
      rendermime,
      documents,
      settings,
      themes,
      trans,
      preferences: new Preferences(settings?.load(PLUGIN).catch(() => null) ?? Promise.resolve(null)),
      memory: new Memory(state),
      places: once(() => findPlaces(server))
    };
    const panes = new Panes(services);
    addCommands(services, panes, browsing(services, browser));
    void restorer?.restore(panes.tracker, {
      command: CommandIDs.openSession,
      args: ({ subject }) => argsOf(subject),
      name: ({ name }) => name
    });
    if (palette) {
      fillPalette(palette, trans.__('Parallel Sessions'));
    }
    launcher?.add({
      command: CommandIDs.newSession,
      args: { isLauncher: true },
      category: trans.__('Other'),
      rank: 2
    });
    if (running) {
      listSessions(running, services, id => void app.commands.execute(CommandIDs.openSession, { id }));
    }
    void app.restored.then(() => {
      services.feed.connect();
    });
  }
};

export default plugin;

function fillPalette(palette: ICommandPalette, category: string): void {
  const hidden: readonly string[] = [CommandIDs.newSessionHere, CommandIDs.openSession];
  const shown = Object.values(CommandIDs).filter(id => !hidden.includes(id));
  for (const command of [...shown, ...TERMINAL_DOINGS.map(terminalCommand)]) {
    palette.addItem({ command, category });
  }
}

function browsing({ app, places }: IPaneServices, browser: IDefaultFileBrowser | null): IBrowsing {
  const onThisServer = async (path: string) =>
    onServer(await places(), app.serviceManager.contents.localPath(path));
  const onServerOrNull = async (path: string | undefined) => (path === undefined ? null : onThisServer(path));
  return {
    onServer: onThisServer,
    current: () => onServerOrNull(browser?.model.path),
    selected: () => onServerOrNull([...(browser?.selectedItems() ?? [])][0]?.path)
  };
}

/** `.` is the root itself, and what lies in it. */
async function findPlaces(server: Sessions) {
  const listed = await server.directories('.').catch(() => []);
  return listed.length === 0 ? NOWHERE : learnPlaces(listed, PageConfig.getOption('serverRoot'));
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}

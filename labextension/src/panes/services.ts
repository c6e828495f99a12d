/** What panes need of JupyterLab and of the server. Built once by the plugin. */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { IThemeManager } from '@jupyterlab/apputils';
import type { IDocumentManager } from '@jupyterlab/docmanager';
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { ISettingRegistry } from '@jupyterlab/settingregistry';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ISignal } from '@lumino/signaling';

import type { Feed } from '../server/feed';
import type { Sessions } from '../server/sessions';
import type { Density } from '../views/contract';
import type { Memory } from './memory';
import type { IPlaces } from './places';

/** The person's preferences, as JupyterLab's settings have them. */
export interface IPreferences {
  readonly density: Density;
  /** The mode that the form begins with; null: the agent's own. */
  readonly mode: string | null;
  /** Whether a new session's terminal is open. */
  readonly terminalOpen: boolean;
}

export interface IPreferenceStore {
  readonly current: IPreferences;
  readonly changed: ISignal<unknown, void>;
  setDensity(density: Density): void;
}

export interface IPaneServices {
  readonly app: JupyterFrontEnd;
  readonly server: Sessions;
  readonly feed: Feed;
  readonly rendermime: IRenderMimeRegistry;
  readonly documents: IDocumentManager | null;
  readonly settings: ISettingRegistry | null;
  readonly themes: IThemeManager | null;
  readonly trans: TranslationBundle;
  readonly preferences: IPreferenceStore;
  readonly memory: Memory;
  /** The server's root and home, asked for once. */
  readonly places: () => Promise<IPlaces>;
}

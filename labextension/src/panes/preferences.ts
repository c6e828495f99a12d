/** The person's preferences out of JupyterLab's settings; the defaults where there are none. */
import type { ISettingRegistry } from '@jupyterlab/settingregistry';
import { Signal } from '@lumino/signaling';

import type { Density } from '../views/contract';
import type { IPreferences, IPreferenceStore } from './services';

const DEFAULTS: IPreferences = { density: 'normal', mode: null, terminalOpen: true };

export class Preferences implements IPreferenceStore {
  constructor(private readonly settings: Promise<ISettingRegistry.ISettings | null>) {
    void settings.then(loaded => {
      loaded?.changed.connect(this.onChange);
      this.onChange(loaded);
    });
  }

  readonly changed = new Signal<this, void>(this);

  get current(): IPreferences {
    return this._current;
  }

  setDensity(density: Density): void {
    this._current = { ...this._current, density };
    this.changed.emit();
    void this.settings.then(settings => settings?.set('density', density));
  }

  private readonly onChange = (settings: ISettingRegistry.ISettings | null): void => {
    this._current = preferencesOf(settings?.composite ?? {});
    this.changed.emit();
  };

  private _current = DEFAULTS;
}

/** The schema says what may be in there; `default` stands for what the agent would choose. */
export function preferencesOf(settings: Readonly<Record<string, unknown>>): IPreferences {
  const { density, defaultMode, terminalOpen } = settings;
  return {
    density: (density as Density | undefined) ?? DEFAULTS.density,
    mode: typeof defaultMode === 'string' && defaultMode !== 'default' ? defaultMode : null,
    terminalOpen: typeof terminalOpen === 'boolean' ? terminalOpen : DEFAULTS.terminalOpen
  };
}

/** The person's settings of JupyterLab's terminals hold in ours too. */
import type { IThemeManager } from '@jupyterlab/apputils';
import type { ISettingRegistry } from '@jupyterlab/settingregistry';
import type { ITerminal, Terminal } from '@jupyterlab/terminal';

const PLUGIN = '@jupyterlab/terminal-extension:plugin';

/** What a person may set. What happens at the end of a shell is ours to say. */
const NAMES = [
  'fontFamily',
  'fontSize',
  'lineHeight',
  'theme',
  'scrollback',
  'cursorBlink',
  'screenReaderMode',
  'pasteWithCtrlV',
  'macOptionIsMeta'
] as const satisfies readonly (keyof ITerminal.IOptions)[];

export type TerminalOptions = Partial<ITerminal.IOptions>;

export class TerminalPreferences {
  constructor(
    private readonly registry: ISettingRegistry | null,
    private readonly themes: IThemeManager | null
  ) {}

  /** The options a new terminal begins with. */
  async options(): Promise<TerminalOptions> {
    const settings = await this.load();
    return { ...pick(settings?.composite ?? {}), shutdownOnClose: false, closeOnExit: false };
  }

  /** Keep a terminal's options and colours up to date while it lives. */
  async follow(terminal: Terminal): Promise<void> {
    const [settings] = await Promise.all([this.load(), terminal.ready]);
    const recolour = () => {
      terminal.setOption('theme', terminal.getOption('theme'));
    };
    const apply = () => {
      for (const [name, value] of Object.entries(pick(settings?.composite ?? {}))) {
        terminal.setOption(name as keyof ITerminal.IOptions, value);
      }
    };
    if (terminal.isDisposed) {
      return;
    }
    this.themes?.themeChanged.connect(recolour);
    settings?.changed.connect(apply);
    terminal.disposed.connect(() => {
      this.themes?.themeChanged.disconnect(recolour);
      settings?.changed.disconnect(apply);
    });
  }

  /** Null where JupyterLab's terminal plugin is switched off. */
  private async load(): Promise<ISettingRegistry.ISettings | null> {
    return (await this.registry?.load(PLUGIN).catch(() => null)) ?? null;
  }
}

const pick = (settings: Readonly<Record<string, unknown>>): TerminalOptions =>
  Object.fromEntries(NAMES.filter(name => settings[name] !== undefined).map(name => [name, settings[name]]));

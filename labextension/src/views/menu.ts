/** Menus of the views: Lumino's, so that they look and move as all others in JupyterLab. */
import { CommandRegistry } from '@lumino/commands';
import { Menu } from '@lumino/widgets';

/** One entry of a menu; a *separator* stands between groups. */
export type MenuEntry =
  | { readonly type: 'separator' }
  | { readonly type: 'submenu'; readonly label: string; readonly entries: readonly MenuEntry[] }
  | {
      readonly type?: 'action';
      readonly label: string;
      /** The keys as JupyterLab writes them: `Accel \`. Shown, not bound. */
      readonly keys?: readonly string[];
      readonly toggled?: boolean;
      readonly enabled?: boolean;
      readonly run: () => void;
    };

/** Open below `anchor`, its right edges aligned; closing gives the focus back to it. */
export function openMenu(anchor: HTMLElement, entries: readonly MenuEntry[]): void {
  const menu = build(new CommandRegistry(), entries);
  menu.aboutToClose.connect(() => {
    anchor.setAttribute('aria-expanded', 'false');
    anchor.focus();
    // Lumino runs the chosen entry after it has closed the menu.
    setTimeout(() => {
      menu.dispose();
    });
  });
  anchor.setAttribute('aria-expanded', 'true');
  const { right, bottom } = anchor.getBoundingClientRect();
  menu.open(right, bottom, { horizontalAlignment: 'right' });
}

function build(commands: CommandRegistry, entries: readonly MenuEntry[]): Menu {
  const menu = new Menu({ commands });
  menu.addClass('parsess-Menu');
  for (const entry of entries) {
    if (entry.type === 'separator') {
      menu.addItem({ type: 'separator' });
    } else if (entry.type === 'submenu') {
      const submenu = build(commands, entry.entries);
      submenu.title.label = entry.label;
      menu.addItem({ type: 'submenu', submenu });
    } else {
      menu.addItem({ command: register(commands, entry) });
    }
  }
  return menu;
}

function register(
  commands: CommandRegistry,
  entry: Exclude<MenuEntry, { type: 'separator' | 'submenu' }>
): string {
  const id = `entry-${commands.listCommands().length}`;
  commands.addCommand(id, {
    label: entry.label,
    describedBy: { args: null },
    isEnabled: () => entry.enabled ?? true,
    isToggleable: entry.toggled !== undefined,
    isToggled: () => entry.toggled ?? false,
    execute: entry.run
  });
  if (entry.keys) {
    commands.addKeyBinding({ command: id, keys: [...entry.keys], selector: 'body' });
  }
  return id;
}

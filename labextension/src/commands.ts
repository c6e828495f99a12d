/** Every command of the extension: its id, words, arguments, and when it can be used. */
import { acting } from './commands/acting';
import { changing } from './commands/changing';
import type { Commands } from './commands/command';
import { moving } from './commands/moving';
import { opening, type IBrowsing } from './commands/opening';
import type { Panes } from './panes/panes';
import type { IPaneServices } from './panes/services';
import { terminalCommands } from './panes/terminalCommands';

export { CommandIDs } from './commands/ids';
export type { IBrowsing } from './commands/opening';
export { argsOf, subjectOf } from './commands/subject';

export function addCommands(services: IPaneServices, panes: Panes, browsing: IBrowsing): void {
  const all: Commands = {
    ...opening(services, panes, browsing),
    ...moving(services, panes),
    ...acting(services, panes),
    ...changing(services, panes),
    ...terminalCommands(services.trans, panes)
  };
  for (const [id, { args = {}, ...options }] of Object.entries(all)) {
    const describedBy = { args: { type: 'object', properties: args } };
    services.app.commands.addCommand(id, { describedBy, ...options });
  }
}

import { type JupyterFrontEnd } from '@jupyterlab/application';
import { CommandRegistry } from '@lumino/commands';
import { expect, test } from 'vitest';

import plugin from '../src/index';

test('the plugin offers a new session', async () => {
  const commands = new CommandRegistry();
  await plugin.activate({ commands } as unknown as JupyterFrontEnd, null);
  expect(commands.label('parsess-lab:new-session')).toBe('New Parallel Session');
});

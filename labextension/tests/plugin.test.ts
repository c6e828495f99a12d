import { StateDB } from '@jupyterlab/statedb';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import schema from '../schema/plugin.json';
import { openLab, type ILab } from './lab';
import { startServer, type ITestServer } from './server/server';

let server: ITestServer;
let lab: ILab;

const run = (command: string, args = {}) => lab.commands.execute(`parsess-lab:${command}`, args);
const own = () => lab.commands.listCommands().filter(id => id.startsWith('parsess-lab:'));
const panes = () => [...lab.shell.widgets('main')];
const names = () => panes().map(({ id }) => id.replace('parsess-pane-', ''));
const open = (id: string) => run('open-session', { id });

beforeEach(async () => {
  server = await startServer({
    answer: () => ({ status: 404, body: { error: 'not_found', message: 'Gone' } })
  });
  lab = await openLab(server.settings);
});

afterEach(async () => {
  lab.close();
  await server.close();
});

test('every command has words and a place in the palette', () => {
  const hidden = ['parsess-lab:new-session-here', 'parsess-lab:open-session'];
  expect([...lab.palette].sort()).toEqual(
    own()
      .filter(id => !hidden.includes(id))
      .sort()
  );
  for (const id of own()) {
    expect(lab.commands.label(id), id).not.toBe('');
  }
});

test('every shortcut is of a command there is, and no two are the same', () => {
  const shortcuts = schema['jupyter.lab.shortcuts'];
  expect(own()).toEqual(expect.arrayContaining(shortcuts.map(({ command }) => command)));
  const keys = shortcuts.map(({ keys }) => keys.join(' '));
  expect(new Set(keys).size).toBe(keys.length);
});

describe('panes', () => {
  test('show a session once, however often it is opened', async () => {
    await open('a');
    await open('b');
    await open('a');
    expect(names()).toEqual(['session-a', 'session-b']);
  });

  test('say so when the server has no such session', { timeout: 15_000 }, async () => {
    await open('lost');
    await vi.waitFor(
      () => {
        expect(panes()[0]?.node.textContent).toContain('no longer exists');
      },
      { timeout: 10_000 }
    );
  });
});

describe('a reload', () => {
  test('brings sessions and forms back to where they were', async () => {
    const state = new StateDB();
    lab.close();
    lab = await openLab(server.settings, state);
    await open('a');
    await run('split-right');
    await open('b');
    await run('split-down');
    const before = names();
    await vi.waitFor(async () => {
      expect((await state.list('parsess-lab')).ids).toHaveLength(4);
    });
    const layout = JSON.stringify(sizesOf(lab.shell.saveLayout()));
    await lab.save();
    lab.close();

    lab = await openLab(server.settings, state);
    expect(names()).toEqual(before);
    expect(JSON.stringify(sizesOf(lab.shell.saveLayout()))).toBe(layout);
  });
});

/** The tree of areas, without what is in them. */
function sizesOf(layout: ReturnType<ILab['shell']['saveLayout']>): unknown {
  return JSON.parse(
    JSON.stringify(layout.mainArea?.dock?.main, (key, value: unknown) => (key === 'widgets' ? '…' : value))
  );
}

/** The model of a session's changes, on a real server that a test answers for. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { WebSocket } from 'ws';

import { ChangesModel, nextPath } from '../../src/panes/changesModel';
import { SessionChanges } from '../../src/server/changes';
import { fillFile } from '../../src/session/changes';
import { startServer, type IAnswer, type ITestServer } from '../server/server';

let server: ITestServer;
let model: ChangesModel;
let answers: Record<string, IAnswer>;
let sockets: WebSocket[];
let bodies: Record<string, unknown>;

const list = (...paths: string[]): IAnswer => ({
  body: {
    scope: 'uncommitted',
    top: '/shop',
    files: paths.map(path => ({ path, status: 'modified', added: 1 })),
    added: paths.length
  }
});
const sides = (path: string): IAnswer => ({ body: { path, old: null, new: null } });
const key = (rest: string) => `/parsess/sessions/s/${rest}`;

beforeEach(async () => {
  localStorage.clear();
  sockets = [];
  bodies = {};
  answers = {
    [`GET ${key('changes?scope=uncommitted')}`]: list('a', 'b'),
    [`GET ${key('changes/file?path=a&scope=uncommitted')}`]: sides('a'),
    [`GET ${key('changes/file?path=b&scope=uncommitted')}`]: sides('b')
  };
  server = await startServer({
    answer: (line, body) => {
      // JupyterLab keeps GET requests from being cached by a number at their end.
      const request = line.replace(/[?&]\d{10,}$/, '');
      bodies[request] = body;
      return answers[request] ?? { status: 404, body: { error: 'not_found', message: `No ${request}` } };
    },
    connected: socket => sockets.push(socket)
  });
  model = new ChangesModel(new SessionChanges(server.settings, 's'), 's');
});

afterEach(async () => {
  model.dispose();
  await server.close();
});

const shown = () => model.state.list?.files.map(({ path }) => path);
const lists = () => server.requests.filter(request => request.includes('changes?')).length;

test('nothing is asked for before somebody looks', () => {
  expect(server.requests).toEqual([]);
});

test('the first file is chosen and fetched; what the server says changed is looked at again', async () => {
  model.show(true, true);
  await vi.waitFor(() => {
    expect(model.state.file?.sides).toBeTruthy();
  });
  expect(model.state.path).toBe('a');
  await vi.waitFor(() => {
    expect(sockets).toHaveLength(1);
  });
  answers[`GET ${key('changes?scope=uncommitted')}`] = list('b');
  sockets[0]?.send('{"changed":["files"]}');
  await vi.waitFor(() => {
    expect(shown()).toEqual(['b']);
  });
  await vi.waitFor(() => {
    expect(model.state.file?.path).toBe('b');
  });
});

test('behind another tab only the counts are kept up to date', async () => {
  model.show(true, false);
  await vi.waitFor(() => {
    expect(shown()).toEqual(['a', 'b']);
  });
  expect(server.requests.filter(request => request.includes('/file'))).toEqual([]);
});

test('a file that stayed the same is not fetched again', async () => {
  model.show(true, true);
  await vi.waitFor(() => {
    expect(model.state.file?.sides).toBeTruthy();
  });
  const fetched = () => server.requests.filter(request => request.includes('/file')).length;
  const before = [fetched(), lists()];
  model.refresh();
  await vi.waitFor(() => {
    expect(lists()).toBeGreaterThan(before[1] ?? 0);
  });
  expect(fetched()).toBe(before[0]);
});

test('what is refused is told, and looked at again', async () => {
  model.show(true, true);
  await vi.waitFor(() => {
    expect(shown()).toEqual(['a', 'b']);
  });
  answers[`POST ${key('changes/stage')}`] = {
    status: 409,
    body: { error: 'stale_hunk', message: 'The hunk is not there any more.' }
  };
  const before = lists();
  const done = await model.act(async changes => {
    await changes.stage('a', ['h1']);
    return undefined;
  });
  expect(done).toBe(false);
  expect(bodies[`POST ${key('changes/stage')}`]).toEqual({ path: 'a', hunks: ['h1'] });
  expect(model.state.error).toBe('The hunk is not there any more.');
  expect(model.state.busy).toBe(false);
  await vi.waitFor(() => {
    expect(lists()).toBeGreaterThan(before);
  });
});

test('without a directory there is a reason and no socket that knocks for ever', async () => {
  answers[`GET ${key('changes?scope=uncommitted')}`] = {
    status: 404,
    body: { error: 'directory_gone', message: '/shop is gone' }
  };
  model.show(true, true);
  await vi.waitFor(() => {
    expect(model.state.problem).toEqual({ code: 'directory_gone', message: '/shop is gone' });
  });
  answers[`GET ${key('changes?scope=uncommitted')}`] = list('a');
  model.show(false, false);
  model.show(true, true);
  await vi.waitFor(() => {
    expect(shown()).toEqual(['a']);
  });
});

test('comments that were not sent outlive the page', () => {
  model.addComment('a', { type: 'lines', side: 'new', from: 1, to: 1 }, '+x', 'Why?');
  const again = new ChangesModel(new SessionChanges(server.settings, 's'), 's');
  expect(again.state.comments).toEqual(model.state.comments);
  const [comment] = again.state.comments;
  again.removeComment(comment?.id ?? '');
  expect(localStorage).toHaveLength(0);
  again.dispose();
});

test('in place of a file that is gone its neighbour is chosen', () => {
  const files = (...paths: string[]) => paths.map(path => fillFile({ path, status: 'modified' }));
  expect(nextPath('b', files('a', 'b', 'c'), files('a', 'c'))).toBe('c');
  expect(nextPath('c', files('a', 'b', 'c'), files('a', 'b'))).toBe('b');
  expect(nextPath('b', files('a', 'b'), files('a', 'b', 'c'))).toBe('b');
  expect(nextPath(null, [], files('a'))).toBe('a');
  expect(nextPath('a', files('a'), [])).toBeNull();
});

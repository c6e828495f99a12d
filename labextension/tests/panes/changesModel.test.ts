/** The model of a session's changes, on a real server that a test answers for. */
import { nullTranslator } from '@jupyterlab/translation';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { WebSocket } from 'ws';

import { changesActions } from '../../src/panes/changesActions';
import { ChangesModel, nextPath } from '../../src/panes/changesModel';
import { Proposing } from '../../src/panes/proposing';
import { SessionChanges } from '../../src/server/changes';
import { fillFile } from '../../src/session/changes';
import { startServer, type IAnswer, type ITestServer } from '../server/server';

const trans = nullTranslator.load('parsess_lab');

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

test('words that were not sent outlive the page', () => {
  const draft = {
    path: 'a',
    place: { type: 'lines' as const, side: 'new' as const, from: 1, to: 1 },
    quote: '+x',
    text: 'Why?'
  };
  model.write({ comments: [{ ...draft, id: '1' }], drafts: [draft] });
  model.write({ message: 'Half a' });
  const again = new ChangesModel(new SessionChanges(server.settings, 's'), 's');
  expect(again.state).toMatchObject({ comments: [{ id: '1' }], drafts: [draft], message: 'Half a' });
  again.write({ comments: [], drafts: [], message: '' });
  expect(localStorage).toHaveLength(0);
  again.dispose();
});

test('comments that could not be sent stay, and arrive once', async () => {
  const send = vi.fn().mockRejectedValueOnce(new Error('cut off')).mockResolvedValue(undefined);
  const actions = changesActions({
    trans,
    model,
    pane: { send, openFile: vi.fn() },
    proposing: new Proposing({ trans, model, pane: { send: vi.fn(), stop: vi.fn(), removeQueued: vi.fn() } }),
    look: vi.fn()
  });
  actions.addComment({ path: 'a', place: { type: 'file' }, quote: '', text: 'Why?' });
  actions.sendComments();
  await vi.waitFor(() => {
    expect(model.state.error).toBe('cut off');
  });
  expect(model.state.comments).toHaveLength(1);
  actions.sendComments();
  await vi.waitFor(() => {
    expect(model.state.comments).toEqual([]);
  });
  const [first, second] = send.mock.calls;
  expect(first?.[0]).toBe(second?.[0]);
});

test('the message of a commit that was refused stays', async () => {
  const actions = changesActions({
    trans,
    model,
    pane: { send: vi.fn(), openFile: vi.fn() },
    proposing: new Proposing({ trans, model, pane: { send: vi.fn(), stop: vi.fn(), removeQueued: vi.fn() } }),
    look: vi.fn()
  });
  answers[`POST ${key('changes/commit')}`] = {
    status: 409,
    body: { error: 'commit_refused', message: 'A hook refused.' }
  };
  actions.writeMessage('Fix it');
  actions.commit(true);
  await vi.waitFor(() => {
    expect(model.state.error).toBe('A hook refused.');
  });
  expect(model.state.message).toBe('Fix it');
  answers[`POST ${key('changes/commit')}`] = { body: { id: 'c1', subject: 'Fix it' } };
  actions.commit(true);
  await vi.waitFor(() => {
    expect(model.state.message).toBe('');
  });
  expect(bodies[`POST ${key('changes/commit')}`]).toEqual({ message: 'Fix it', all: true });
});

test('in place of a file that is gone its neighbour is chosen', () => {
  const files = (...paths: string[]) => paths.map(path => fillFile({ path, status: 'modified' }));
  expect(nextPath('b', files('a', 'b', 'c'), files('a', 'c'))).toBe('c');
  expect(nextPath('c', files('a', 'b', 'c'), files('a', 'b'))).toBe('b');
  expect(nextPath('b', files('a', 'b'), files('a', 'b', 'c'))).toBe('b');
  expect(nextPath(null, [], files('a'))).toBe('a');
  expect(nextPath('a', files('a'), [])).toBeNull();
});

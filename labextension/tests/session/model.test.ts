import { afterEach, expect, test, vi } from 'vitest';

import type { ISummary } from '../../src/protocol';
import { Feed } from '../../src/server/feed';
import { Sessions } from '../../src/server/sessions';
import { SessionModel } from '../../src/session/model';
import { startServer, type ITestRoutes, type ITestServer } from '../server/server';
import { stored } from './events';

const summary = { id: 'a', name: 'payments', last_seq: 1 } as ISummary;
const log = stored(
  { kind: 'session_info_update', title: 'payments' },
  { kind: 'state_update', state: 'idle' },
  { kind: 'user_message', id: 'p', content: [{ type: 'text', text: 'Hello' }] },
  { kind: 'state_update', state: 'running' }
);

let server: ITestServer;
let feed: Feed;
let model: SessionModel;

async function open(routes: ITestRoutes): Promise<void> {
  server = await startServer(routes);
  const sessions = new Sessions(server.settings);
  feed = new Feed(sessions);
  model = new SessionModel('a', sessions, feed);
}

afterEach(async () => {
  model.dispose();
  feed.dispose();
  await server.close();
});

const serving: ITestRoutes = {
  answer: () => ({ body: summary }),
  connected: socket => {
    for (const event of log) {
      socket.send(JSON.stringify(event));
    }
  }
};

test('folds what the server sends, and tells of it once a frame', async () => {
  await open(serving);
  const told = vi.fn();
  model.stateChanged.connect(told);
  await vi.waitFor(() => {
    expect(model.state).toMatchObject({ lastSeq: log.length, activity: 'running', name: 'payments' });
    expect(model.connection).toBe('live');
  });
  await vi.waitFor(() => {
    expect(told).toHaveBeenCalled();
  });
  expect(told.mock.calls.length).toBeLessThan(log.length);
  expect(model.summary).toEqual(summary);
});

test('is gone when there is no such session, and opens no socket', async () => {
  await open({ answer: () => ({ status: 404, body: { error: 'not_found', message: 'No such session.' } }) });
  await vi.waitFor(() => {
    expect(model.connection).toBe('gone');
  });
  expect(server.sockets).toHaveLength(0);
});

test('is gone when the session is deleted meanwhile, and keeps what it showed', async () => {
  let there = true;
  const gone = { status: 404, body: { error: 'not_found', message: 'No such session.' } };
  await open({ ...serving, answer: () => (there ? { body: summary } : gone) });
  await vi.waitFor(() => {
    expect(model.connection).toBe('live');
  });
  there = false;
  server.drop();
  await vi.waitFor(() => {
    expect(model.connection).toBe('gone');
  });
  expect(model.state.items).toHaveLength(1);
});

test('goes on trying while the server does not answer', async () => {
  await open({ ...serving, answer: () => ({ status: 502, body: 'Bad gateway' }) });
  await vi.waitFor(() => {
    expect(model.state.lastSeq).toBe(log.length);
  });
  expect(model.summary).toBeNull();
});

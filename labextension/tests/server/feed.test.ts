import { afterEach, expect, test, vi } from 'vitest';

import type { ISummary } from '../../src/protocol';
import { Feed } from '../../src/server/feed';
import { Sessions } from '../../src/server/sessions';
import { startServer, type ITestServer } from './server';

const summary = (id: string, last_seq = 1) => ({ id, last_seq, name: `${id}${last_seq}` }) as ISummary;

let server: ITestServer;
let feed: Feed;

async function follow(list: () => ISummary[], send: unknown[] = []): Promise<void> {
  server = await startServer({
    answer: () => ({ body: list() }),
    connected: socket => {
      for (const change of send) {
        socket.send(JSON.stringify(change));
      }
    }
  });
  feed = new Feed(new Sessions(server.settings), { first: 5, most: 20 });
  feed.connect();
}

afterEach(async () => {
  feed.dispose();
  await server.close();
});

test('knows what is there, what changes and what goes', async () => {
  await follow(() => [summary('a'), summary('b')], [summary('c')]);
  await vi.waitFor(() => {
    expect([...feed.sessions.keys()].sort()).toEqual(['a', 'b', 'c']);
  });
});

test('forgets what went while it was away', async () => {
  let there = [summary('a'), summary('b')];
  await follow(() => there);
  await vi.waitFor(() => {
    expect(feed.sessions.size).toBe(2);
  });
  there = [summary('b')];
  server.drop();
  await vi.waitFor(() => {
    expect([...feed.sessions.keys()]).toEqual(['b']);
  });
});

test('an older summary does not replace a newer one', async () => {
  await follow(() => []);
  feed.put(summary('a', 5));
  feed.put(summary('a', 4));
  expect(feed.sessions.get('a')?.name).toBe('a5');
});

import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import type { IStored } from '../../src/protocol';
import { EventStream } from '../../src/server/stream';
import { stored } from '../session/events';
import { startServer, type ITestServer } from './server';

const log = stored(
  { kind: 'session_info_update', title: 'a' },
  { kind: 'state_update', state: 'idle' },
  { kind: '_notice', text: 'One' },
  { kind: '_notice', text: 'Two' }
);
const DELAYS = { first: 5, most: 20 };

let server: ITestServer;
let stream: EventStream;
let received: IStored[];

/** Sends `frames[n]` to the n-th client and leaves it connected. */
async function follow(...frames: unknown[][]): Promise<void> {
  let client = 0;
  server = await startServer({
    connected: socket => {
      for (const frame of frames[client++] ?? []) {
        socket.send(JSON.stringify(frame));
      }
    }
  });
  stream = new EventStream(server.settings, 'a', DELAYS);
  stream.received.connect((_, events) => {
    received.push(...events);
  });
  stream.connect();
}

beforeEach(() => {
  received = [];
});

afterEach(async () => {
  stream.dispose();
  await server.close();
});

test('frames may be one event or many', async () => {
  await follow([log[0], log.slice(1)]);
  await vi.waitFor(() => {
    expect(received).toEqual(log);
  });
});

test('goes on after the last event, and takes none twice', async () => {
  await follow([log.slice(0, 2)], [log.slice(1)]);
  await vi.waitFor(() => {
    expect(received).toHaveLength(2);
  });
  server.drop();
  await vi.waitFor(() => {
    expect(received).toEqual(log);
  });
  expect(server.sockets.map(url => url.searchParams.get('after'))).toEqual(['0', '2']);
});

test('sends the token where cookies do not go', async () => {
  await follow([]);
  await vi.waitFor(() => {
    expect(server.sockets[0]?.searchParams.get('token')).toBe('a token');
  });
});

test('tells when it is cut and when it is back', async () => {
  await follow([], []);
  const told: string[] = [];
  stream.statusChanged.connect((_, status) => {
    told.push(status);
  });
  await vi.waitFor(() => {
    expect(stream.status).toBe('live');
  });
  server.drop();
  await vi.waitFor(() => {
    expect(told).toEqual(['live', 'reconnecting', 'live']);
  });
});

test('asks no more once it is disposed', async () => {
  await follow([], [], []);
  const other = new EventStream(server.settings, 'b', DELAYS);
  other.connect();
  await vi.waitFor(() => {
    expect([stream.status, other.status]).toEqual(['live', 'live']);
  });
  stream.statusChanged.connect(() => {
    stream.dispose();
  });
  server.drop();
  const asked = (session: string) =>
    server.sockets.filter(({ pathname }) => pathname.includes(`/${session}/`));
  for (const times of [2, 3, 4]) {
    await vi.waitFor(() => {
      expect(asked('b')).toHaveLength(times);
    });
    server.drop();
  }
  other.dispose();
  expect(asked('a')).toHaveLength(1);
});

test('begins anew when the log has lost what it knows', async () => {
  await follow([log], [log.slice(0, 2)]);
  let restarts = 0;
  stream.restarted.connect(() => {
    restarts += 1;
    received = [];
  });
  await vi.waitFor(() => {
    expect(received).toHaveLength(4);
  });
  server.drop(4409);
  await vi.waitFor(() => {
    expect(received).toEqual(log.slice(0, 2));
  });
  expect(restarts).toBe(1);
  expect(server.sockets.map(url => url.searchParams.get('after'))).toEqual(['0', '0']);
});

import { afterEach, expect, test } from 'vitest';

import { ServerError } from '../../src/server/request';
import { Sessions } from '../../src/server/sessions';
import { startServer, type ITestRoutes, type ITestServer } from './server';

let server: ITestServer;

async function sessions(routes: ITestRoutes): Promise<Sessions> {
  server = await startServer(routes);
  return new Sessions(server.settings);
}

afterEach(async () => {
  await server.close();
});

test('a refusal keeps its code, its words and what else it tells', async () => {
  const body = { error: 'would_lose', message: 'Stop it first.', reasons: ['running'] };
  const api = await sessions({ answer: () => ({ status: 409, body }) });
  const error = await api.remove('a', []).catch((error: unknown) => error);
  expect(error).toBeInstanceOf(ServerError);
  expect(error).toMatchObject({
    code: 'would_lose',
    message: 'Stop it first.',
    status: 409,
    details: { reasons: ['running'] }
  });
});

test('a proxy’s page is told by its status', async () => {
  const api = await sessions({ answer: () => ({ status: 502, body: '<html>' }) });
  await expect(api.list()).rejects.toMatchObject({ code: 'http', status: 502, message: '502 Bad Gateway' });
});

test('a server that is not there is told apart', async () => {
  const api = await sessions({});
  await server.close();
  await expect(api.list()).rejects.toMatchObject({ code: 'unreachable', status: 0 });
});

test('what stands in a path or a query is quoted', async () => {
  const api = await sessions({ answer: () => ({ body: [] }) });
  await api.files('a/b', 'x y&z');
  // What follows keeps caches out.
  expect(server.requests[0]).toMatch('GET /parsess/sessions/a%2Fb/files?query=x%20y%26z');
});

test('a prompt arrives as it was sent', async () => {
  let received: unknown;
  const api = await sessions({
    answer: (_, body) => {
      received = body;
      return { status: 202, body: { id: 'p' } };
    }
  });
  const prompt = { id: 'p', text: 'Run the tests', attachments: [], when: 'now' } as const;
  await api.prompt('a', prompt);
  expect(received).toEqual(prompt);
});

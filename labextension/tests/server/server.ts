/** A real server on a port of its own, with routes and sockets that a test answers. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { ServerConnection } from '@jupyterlab/services';
import { WebSocketServer, type WebSocket } from 'ws';

export interface IAnswer {
  readonly status?: number;
  readonly body?: unknown;
}

export interface ITestServer {
  readonly settings: ServerConnection.ISettings;
  /** `GET /parsess/sessions` and the like, in order of arrival. */
  readonly requests: string[];
  /** Addresses asked for by sockets, in order of arrival. */
  readonly sockets: URL[];
  /** Drop all sockets. */
  drop(code?: number): void;
  close(): Promise<void>;
}

export interface ITestRoutes {
  readonly answer?: (request: string, body: unknown) => IAnswer;
  readonly connected?: (socket: WebSocket, url: URL) => void;
}

export async function startServer({ answer, connected }: ITestRoutes): Promise<ITestServer> {
  const requests: string[] = [];
  const sockets: URL[] = [];
  const http = createServer((request, response) => {
    void respond(request, response, requests, answer ?? (() => ({ status: 404, body: {} })));
  });
  const ws = new WebSocketServer({ server: http });
  ws.on('connection', (socket, { url }) => {
    const address = new URL(url ?? '', 'ws://here');
    sockets.push(address);
    connected?.(socket, address);
  });
  await new Promise<void>(resolve => http.listen(0, '127.0.0.1', resolve));
  const { port } = http.address() as AddressInfo;
  return {
    settings: settingsFor(port),
    requests,
    sockets,
    drop: (code = 1011) => {
      ws.clients.forEach(client => {
        client.close(code);
      });
    },
    close: async () => {
      ws.clients.forEach(client => {
        client.terminate();
      });
      await new Promise(resolve => http.close(resolve));
    }
  };
}

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  requests: string[],
  answer: (request: string, body: unknown) => IAnswer
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) {
    chunks.push(chunk as Buffer);
  }
  const line = `${request.method} ${request.url}`;
  requests.push(line);
  const text = Buffer.concat(chunks).toString();
  const { status = 200, body } = answer(line, text === '' ? undefined : JSON.parse(text));
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}

const settingsFor = (port: number) =>
  ServerConnection.makeSettings({
    baseUrl: `http://127.0.0.1:${port}/`,
    wsUrl: `ws://127.0.0.1:${port}/`,
    appendToken: true,
    token: 'a token'
  });

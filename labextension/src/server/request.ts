/** Requests to our own routes, and the one error they end in. */
import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';

/** The server refused, or could not be reached (`code` is then `unreachable`, `status` 0). */
export class ServerError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly status: number,
    readonly details: Readonly<Record<string, unknown>> = {}
  ) {
    super(message);
    this.name = 'ServerError';
  }
}

/** What an error says, whatever was thrown. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

export const isNotFound = (error: unknown): boolean => error instanceof ServerError && error.status === 404;

export type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';

/**
 * Ask `<base>/parsess/<path>`.
 *
 * @throws ServerError: it was refused, or there was no answer.
 */
export async function request(
  settings: ServerConnection.ISettings,
  method: Method,
  path: string,
  body?: unknown
): Promise<Response> {
  const url = URLExt.join(settings.baseUrl, 'parsess', path);
  const init = { method, body: body === undefined ? null : JSON.stringify(body) };
  let response: Response;
  try {
    response = await ServerConnection.makeRequest(url, init, settings);
  } catch (error) {
    throw new ServerError('unreachable', `The Jupyter server can’t be reached (${messageOf(error)}).`, 0);
  }
  if (!response.ok) {
    throw await refusal(response);
  }
  return response;
}

/** Ask for JSON, of the shape that the route promises. */
export async function requestJson<T>(...args: Parameters<typeof request>): Promise<T> {
  const response = await request(...args);
  return (await response.json()) as T;
}

/** A proxy in front of the server answers in HTML; then the status has to do. */
async function refusal(response: Response): Promise<ServerError> {
  try {
    const { error, message, ...details } = (await response.json()) as Record<string, unknown>;
    return new ServerError(String(error), String(message), response.status, details);
  } catch {
    return new ServerError('http', `${response.status} ${response.statusText}`, response.status);
  }
}

/** A path of parts that may hold anything. */
export const path = (...parts: readonly string[]): string => parts.map(encodeURIComponent).join('/');

/** The address of a socket below `<base>/parsess/`; the token goes along where cookies can't. */
export function socketUrl(settings: ServerConnection.ISettings, path: string): string {
  const url = new URL(URLExt.join(settings.wsUrl, 'parsess', path));
  if (settings.appendToken && settings.token !== '') {
    url.searchParams.set('token', settings.token);
  }
  return url.href;
}

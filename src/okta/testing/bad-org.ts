import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeEach } from 'vitest';

export type Behaviour = (response: ServerResponse, request: IncomingMessage) => void;

export type Received = {
  method: string;
  path: string;
  headers: IncomingMessage['headers'];
  rawHeaders: string[];
  body: string;
};

export type BadOrg = {
  origin: string;
  requests: Received[];
  /** Sets the answers for the next requests, in order. The last one also answers all later requests. */
  will(...behaviours: Behaviour[]): void;
  close(): Promise<void>;
};

export async function startBadOrg(): Promise<BadOrg> {
  const requests: Received[] = [];
  let queue: Behaviour[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += chunk));
    request.on('end', () => {
      requests.push({
        method: request.method ?? '',
        path: request.url ?? '',
        headers: request.headers,
        rawHeaders: request.rawHeaders,
        body,
      });
      const behaviour = queue.length > 1 ? queue.shift() : queue[0];
      behaviour?.(response, request);
    });
  });
  server.on('connection', (socket) => {
    socket.on('error', () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    will: (...behaviours) => void (queue = behaviours),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Clears `requests` before each test. */
export async function badOrg(): Promise<BadOrg> {
  const org = await startBadOrg();
  beforeEach(() => void (org.requests.length = 0));
  afterAll(() => org.close());
  return org;
}

export function json(body: unknown, status = 200, headers: Record<string, string | string[]> = {}): Behaviour {
  return raw(JSON.stringify(body), status, { 'content-type': 'application/json', ...headers });
}

/** Has only these headers: no default content type. */
export function raw(
  body: string | Uint8Array,
  status = 200,
  headers: Record<string, string | string[]> = {},
): Behaviour {
  return (response) => response.writeHead(status, headers).end(body);
}

export const noContent: Behaviour = (response) => response.writeHead(204).end();

export function oktaError(
  status: number,
  code: string,
  headers: Record<string, string | string[]> = {},
  causes: string[] = [],
): Behaviour {
  const errorCauses = causes.map((errorSummary) => ({ errorSummary }));
  return json(
    {
      errorCode: code,
      errorSummary: `Summary of ${code}`,
      errorLink: code,
      errorId: 'oaeAAAAAAAAAAAAAAAAAAAAAA',
      errorCauses,
    },
    status,
    headers,
  );
}

export const hang: Behaviour = () => {};

export const hangAfterHeaders: Behaviour = (response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
  response.write('[');
};

/** A body without end: one byte every `everyMs` milliseconds. */
export function drip(everyMs: number): Behaviour {
  return (response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    const timer = setInterval(() => response.write(' '), everyMs);
    response.on('close', () => clearInterval(timer));
  };
}

export const cutBefore: Behaviour = (response) => void response.socket?.destroy();

export const reset: Behaviour = (response) => void response.socket?.resetAndDestroy();

/** Closes the connection before the body has its announced length. */
export function cutInside(body: string, headers: Record<string, string> = {}): Behaviour {
  return (response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': String(body.length), ...headers });
    response.write(body.slice(0, body.length / 2), () => response.socket?.destroy());
  };
}

import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import { ApiError } from '#contract/errors.ts';
import type { OpenAnswers } from './sockets.ts';

/** For invalid percent-encoding, the router would answer without running any hook. */
export function readableUrl({ url = '/' }: IncomingMessage): string {
  if (!url.includes('%')) return url;
  try {
    decodeURIComponent(url.split('?', 1)[0]!);
    return url;
  } catch {
    return url.replaceAll('%', '%25');
  }
}

/** Throws `bad_request` for HTTP/1.1 without Host, or for two Host headers (RFC 9112, section 3.2). */
export function assertHost({ httpVersion, rawHeaders }: Pick<IncomingMessage, 'httpVersion' | 'rawHeaders'>): void {
  const hosts = rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'host').length;
  if (hosts > 1 || (httpVersion === '1.1' && hosts === 0)) throw new ApiError('bad_request');
}

/** Node's own answer to an unknown `Expect` (417) lacks the portal's headers. */
export const expectAnything = (server: Server): void =>
  void server.on('checkExpectation', (request, response) => server.emit('request', request, response));

const statuses: Record<string, [number, string]> = {
  HPE_HEADER_OVERFLOW: [431, 'Request Header Fields Too Large'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'Request Timeout'],
};

const headers = {
  'content-type': 'application/json; charset=utf-8',
  'content-security-policy': "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'publickey-credentials-create=(), publickey-credentials-get=(), clipboard-write=()',
  'cache-control': 'no-store',
  connection: 'close',
};

/** Earlier requests on the connection are answered first. */
export function answerMalformed(hsts: boolean, openAnswers: OpenAnswers) {
  const answered = new WeakSet<Socket>();
  const answer = (error: Error & { code?: string }, socket: Socket): void => {
    if (!socket.writable) return void socket.destroy();
    const [status, reason] = statuses[error.code ?? ''] ?? [400, 'Bad Request'];
    const body = JSON.stringify(new ApiError('bad_request').toBody(randomUUID()));
    const all = {
      ...headers,
      ...(hsts && { 'strict-transport-security': 'max-age=63072000; includeSubDomains' }),
      'content-length': body.length,
    };
    const head = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.end(`HTTP/1.1 ${status} ${reason}\r\n${head.join('')}\r\n${body}`);
  };
  return (error: Error & { code?: string }, socket: Socket): void => {
    if (error.code === 'ECONNRESET') return void socket.destroy();
    if (answered.has(socket)) return;
    answered.add(socket);
    openAnswers.whenAnswered(socket, () => answer(error, socket));
  };
}

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { isLoopback } from '../env/loopback.ts';
import { isSameText } from '../store/secrets.ts';

export type ListenerOptions = {
  port: number;
  host: string;
  /** Null: a scrape needs no token. */
  token: string | null;
};

const CONNECTIONS = 16;
const REQUEST_MS = 5_000;
const CHECK_MS = 1_000;

const nameIn = (host = '') => host.replace(/:\d*$/, '');

/** Uses a separate port, which no balancer uses. Returns the function that closes the port. Rejects if it is taken. */
export async function listenForScrapes(
  read: () => Promise<string>,
  contentType: string,
  { port, host, token }: ListenerOptions,
): Promise<() => Promise<void>> {
  let scraping: Promise<string> | null = null;
  /** Scrapes at the same time share one text. */
  const scrape = () => (scraping ??= read().finally(() => (scraping = null)));

  async function answer({ method, url, headers }: IncomingMessage, response: ServerResponse): Promise<void> {
    const [scheme, given = ''] = (headers.authorization ?? '').split(' ');
    const say = (status: number, more: Record<string, string> = {}) =>
      response.writeHead(status, { 'content-length': 0, ...more }).end();
    if (token !== null && !(/^bearer$/i.test(scheme!) && isSameText(given, token)))
      return void say(401, { 'www-authenticate': 'Bearer' });
    // Prevents DNS rebinding: a web page whose host name resolves to this address could otherwise read the metrics.
    if (token === null && isLoopback(host) && !isLoopback(nameIn(headers.host))) return void say(403);
    if (url?.split('?', 1)[0] !== '/metrics') return void say(404);
    if (method !== 'GET') return void say(405, { allow: 'GET' });
    const text = await scrape();
    response.writeHead(200, { 'content-type': contentType, 'cache-control': 'no-store' }).end(text);
  }

  const server = createServer(
    // Closes connections that send nothing, because a few of them would block Prometheus.
    { requestTimeout: REQUEST_MS, headersTimeout: REQUEST_MS, connectionsCheckingInterval: CHECK_MS },
    (request, response) =>
      void answer(request, response).catch(() => response.writeHead(500, { 'content-length': 0 }).end()),
  );
  server.maxConnections = CONNECTIONS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, host, resolve);
  });
  return async () => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
    await closed;
  };
}

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser } from 'playwright';
import {
  paints,
  phone,
  signedInCookies,
  throttle,
  usable,
  watchNetwork,
  type Fetched,
  type BenchEnv,
} from '../browser.ts';
import { median, formatValue, type Row } from '../table.ts';

type Cookies = Awaited<ReturnType<Awaited<ReturnType<Browser['newContext']>>['cookies']>>;
type Visit = { fetched: Fetched[]; largest: number; shift: number };

/** Opens a URL in a new browser profile without a cache, and waits until the page is usable. */
async function visit(
  browser: Browser,
  url: string,
  cookies: Cookies,
  slow: boolean,
  scripted: boolean,
): Promise<Visit> {
  const context = await browser.newContext(phone);
  try {
    await context.addCookies(cookies);
    const page = await context.newPage();
    const { fetched, session } = await watchNetwork(page);
    if (slow) await throttle(session);
    await page.goto(url);
    if (scripted) await usable(page);
    const requests = [...fetched];
    return { ...(await paints(page)), fetched: requests };
  } finally {
    await context.close();
  }
}

/** The minimum: the same document and styles without a script, from a server that has only these two. */
async function serveStill(portal: string, cookies: Cookies): Promise<{ url: string; close(): void }> {
  const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
  const answer = await fetch(portal, { headers: { accept: 'text/html', cookie } });
  const html = (await answer.text())
    .replace(/<script[^>]*>[\s\S]*?<\/script>/g, '')
    .replace(/<link rel="modulepreload"[^>]*>/g, '');
  const sheet = /<link rel="stylesheet" href="([^"]+)"/.exec(html)?.[1];
  if (!answer.ok || !sheet || html.includes('<script'))
    throw new Error('the page without its scripts could not be made');
  const css = Buffer.from(await (await fetch(new URL(sheet, portal))).arrayBuffer());
  const server = createServer((request, response) => {
    if (request.url === '/') response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(html);
    else if (request.url === sheet) response.writeHead(200, { 'content-type': 'text/css' }).end(css);
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}/`,
    close: () => void server.close().closeAllConnections(),
  };
}

const nameOf = ({ url, depth }: Fetched) =>
  `${new URL(url).pathname.replace(/^\/assets\//, '').replace(/-[\w-]{8}\./, '.')}${depth > 1 ? ` (after ${depth - 1})` : ''}`;

/** The list of a signed-in person, in a browser without a cache. */
export async function firstPageRows(env: BenchEnv, { visits }: { visits: number }): Promise<Row[]> {
  const { browser, portal } = env;
  const cookies = await signedInCookies(env);
  const still = await serveStill(`${portal.url}/`, cookies);

  const quick: Visit[] = [];
  const slow: Visit[] = [];
  const floor: Visit[] = [];
  for (let run = 0; run < visits; run++) {
    if (run < 3) quick.push(await visit(browser, `${portal.url}/`, cookies, false, true));
    slow.push(await visit(browser, `${portal.url}/`, cookies, true, true));
    floor.push(await visit(browser, still.url, cookies, true, false));
  }
  still.close();
  const fewest = quick[0]!.fetched;
  const line = 'without scripts, from a bare server:';
  return [
    {
      what: 'requests to a usable list',
      unit: '',
      values: quick.map(({ fetched }) => fetched.length),
      goal: 4,
      limit: 5,
      beside: fewest.map(nameOf).join(' '),
    },
    {
      what: 'round trips one after another, after the HTML',
      unit: '',
      values: quick.map(({ fetched }) => Math.max(...fetched.map(({ depth }) => depth))),
      goal: 1,
      limit: 1,
      beside: `the same page ${line} ${Math.max(...floor[0]!.fetched.map(({ depth }) => depth))}`,
    },
    {
      what: 'largest paint on Lighthouse’s mobile profile',
      unit: 's',
      values: slow.map(({ largest }) => largest),
      goal: 0.8,
      limit: 1.2,
      beside: `${line} ${formatValue(median(floor.map(({ largest }) => largest)), 's')}; peers 2.2–5.7 s`,
    },
    {
      what: 'layout shift there',
      unit: '',
      values: slow.map(({ shift }) => shift),
      goal: 0,
      limit: 0.02,
      beside: `${line} ${formatValue(median(floor.map(({ shift }) => shift)), '')}`,
    },
  ];
}

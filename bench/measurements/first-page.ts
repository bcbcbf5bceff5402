import type { Page } from 'playwright';
import { paints, signedInCookies, visit, type BenchEnv, type Cookies, type Fetched } from '../browser.ts';
import { servePage } from '../page-server.ts';
import { median, formatValue, type Row } from '../table.ts';

type Visit = { fetched: readonly Fetched[]; largest: number; shift: number };

const readVisit = async (page: Page, fetched: readonly Fetched[]): Promise<Visit> => ({
  ...(await paints(page)),
  fetched,
});

/** The minimum: the same document and styles without a script, from a server that has only these two. */
async function serveStill(portal: string, cookies: Cookies): ReturnType<typeof servePage> {
  const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
  const answer = await fetch(portal, { headers: { accept: 'text/html', cookie } });
  const html = (await answer.text())
    .replace(/<script[^>]*>[\s\S]*?<\/script>/g, '')
    .replace(/<link rel="modulepreload"[^>]*>/g, '');
  const sheet = /<link rel="stylesheet"[^>]* href="([^"]+)"/.exec(html)?.[1];
  if (!answer.ok || !sheet || html.includes('<script'))
    throw new Error('the page without its scripts could not be made');
  const content = Buffer.from(await (await fetch(new URL(sheet, portal))).arrayBuffer());
  return servePage(html, { path: sheet, type: 'text/css', content });
}

const nameOf = ({ url, depth }: Fetched) =>
  `${new URL(url).pathname.replace(/^\/assets\//, '').replace(/-[\w-]{8}\./, '.')}${depth > 1 ? ` (after ${depth - 1})` : ''}`;

/** The list of a signed-in person, in a browser without a cache. */
export async function firstPageRows(env: BenchEnv, { visits }: { visits: number }): Promise<Row[]> {
  const { browser, portal } = env;
  const cookies = await signedInCookies(env);
  const url = `${portal.url}/`;
  const still = await serveStill(url, cookies);

  const quick: Visit[] = [];
  const slow: Visit[] = [];
  const floor: Visit[] = [];
  for (let run = 0; run < visits; run++) {
    if (run < 3) quick.push(await visit({ browser, cookies }, { url, slow: false }, readVisit));
    slow.push(await visit({ browser, cookies }, { url }, readVisit));
    floor.push(await visit({ browser, cookies }, { url: still.url, scripted: false }, readVisit));
  }
  still.close();
  const fewest = quick[0]!.fetched;
  const line = 'without scripts, from a bare server:';
  return [
    {
      what: 'requests to a usable list',
      unit: '',
      values: quick.map(({ fetched }) => fetched.length),
      goal: 6,
      limit: 7,
      beside: fewest.map(nameOf).join(' '),
    },
    {
      what: 'round trips one after another, after the HTML',
      unit: '',
      values: quick.map(({ fetched }) => Math.max(...fetched.map(({ depth }) => depth))),
      goal: 1,
      limit: 2,
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

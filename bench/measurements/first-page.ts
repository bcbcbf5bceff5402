import type { Page } from 'playwright';
import { paints, signedInCookies, signIn, visit, type BenchEnv, type Cookies, type Fetched } from '../browser.ts';
import { servePage } from '../page-server.ts';
import { median, formatValue, type Row } from '../table.ts';

type Visit = { fetched: readonly Fetched[]; largest: number; shift: number };

const readVisit = async (page: Page, fetched: readonly Fetched[]): Promise<Visit> => ({
  ...(await paints(page)),
  fetched,
});

/** The minimum: the same document and styles without a script. */
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

async function filesAfterList({ browser, emulator, portal }: BenchEnv, login: string, path: string): Promise<string[]> {
  const context = await browser.newContext();
  const page = await signIn(context, portal.url, emulator, login);
  const title = await page.title();
  // Another figure counts the enrollment that the link starts.
  await page.route('**/api/factors', (route) => route.abort());
  const files: string[] = [];
  page.on('request', (request) => {
    const { pathname } = new URL(request.url());
    if (pathname.startsWith('/assets/')) files.push(pathname);
  });
  await page.locator(`a[href="${path}"]`).first().click();
  await page.waitForFunction((before) => document.title !== before, title);
  await context.close();
  return files;
}

const fileName = (path: string) => path.replace(/^\/assets\//, '').replace(/-[\w-]{8}\./, '.');
const nameOf = ({ url, depth }: Fetched) =>
  `${fileName(new URL(url).pathname)}${depth > 1 ? ` (after ${depth - 1})` : ''}`;

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
  const enroll = await filesAfterList(env, 'ada@example.com', '/add/totp');
  const helpdesk = await filesAfterList(env, 'helpdesk@example.com', '/helpdesk');
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
    ...[
      { page: 'the enroll page', files: enroll },
      { page: 'the helpdesk’s search', files: helpdesk },
    ].map(({ page, files }) => ({
      what: `files of ${page} after the list`,
      unit: '' as const,
      values: [files.length],
      goal: 4,
      limit: 6,
      beside: files.map(fileName).join(' '),
    })),
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

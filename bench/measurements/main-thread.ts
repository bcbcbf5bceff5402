import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { build } from 'vite';
import { blocked, signedInCookies, visit, type BenchEnv } from '../browser.ts';
import { servePage } from '../page-server.ts';
import { formatValue, median } from '../table.ts';
import type { Row } from '../table.ts';

const root = join(import.meta.dirname, '../..');
const file = '/peer.js';
const heading = '<main><h1>Security methods</h1></main>';

/** A peer: React and a query client that hydrate one heading, built as our pages are. */
async function servePeer(
  program: 'peer' | 'peer-without-router',
): Promise<Awaited<ReturnType<typeof servePage>> & { bytes: number }> {
  const built = await build({
    configFile: false,
    root,
    logLevel: 'silent',
    define: { 'process.env.NODE_ENV': '"production"' },
    // Vitest sets NODE_ENV to `test`, for which Vite compiles JSX for development. Production React lacks that.
    oxc: { jsx: { runtime: 'automatic', development: false } },
    build: {
      write: false,
      target: 'es2022',
      modulePreload: { polyfill: false },
      rolldownOptions: { input: join(import.meta.dirname, `../programs/${program}.client.tsx`) },
    },
  });
  const [chunk] = 'output' in built ? built.output : [];
  if (chunk?.type !== 'chunk') throw new Error('the peer was not built');
  const html = readFileSync(join(root, 'index.html'), 'utf8')
    .replace('/src/web/app/entry-client.tsx', file)
    .replace('<!--page-->', heading);
  const served = await servePage(html, { path: file, type: 'text/javascript', content: chunk.code });
  return { ...served, bytes: brotliCompressSync(chunk.code).length };
}

export async function mainThreadRows(env: BenchEnv, { visits }: { visits: number }): Promise<Row[]> {
  const { browser, portal } = env;
  const cookies = await signedInCookies(env);
  const [peer, routerless] = await Promise.all([servePeer('peer'), servePeer('peer-without-router')]);
  const ours: number[] = [];
  const theirs: number[] = [];
  const least: number[] = [];
  for (let run = 0; run < visits; run++) {
    ours.push(await visit({ browser, cookies }, { url: `${portal.url}/` }, blocked));
    theirs.push(await visit({ browser, cookies }, peer, blocked));
    least.push(await visit({ browser, cookies }, routerless, blocked));
  }
  peer.close();
  routerless.close();
  const ms = (values: number[]) => formatValue(median(values), 'ms');
  return [
    {
      what: 'main thread blocked by the list ÷ by React, router and query that hydrate a heading',
      unit: '×',
      // Both may have no long task, and 0 ÷ 0 would be above every limit.
      values: ours.map((value, run) => value / Math.max(1, theirs[run]!)),
      goal: 2,
      limit: 3,
      beside:
        `${ms(ours)} ÷ ${ms(theirs)}; without the router ${ms(least)}, ` +
        `and ${formatValue((peer.bytes - routerless.bytes) / 1000, 'kB')} less script`,
    },
  ];
}

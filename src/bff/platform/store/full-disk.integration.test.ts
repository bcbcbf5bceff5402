import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { endpointRows } from '#bff/endpoint-rows.ts';
import { findId } from '#testing/security-methods.ts';
import { GRACE, HEDY, startTestEnv, type Portal, type TestEnv } from '#testing/test-env.ts';
import { getBody, filled, routes } from '#testing/requests/route-table.ts';
import { makeReadOnly, testDatabase } from '#testing/store.ts';
import { said, type Visitor } from '#testing/visitor.ts';
import type { Store } from './open.ts';

/** Makes a store full, so that writes fail. The returned function makes room again. */
type Fill = (store: Store, folder: string) => Promise<() => Promise<void>>;

const pages: Fill = async (store) => {
  const {
    rows: [now],
  } = await sql<{ page_count: number }>`PRAGMA page_count`.execute(store);
  await sql.raw(`PRAGMA max_page_count = ${now!.page_count}`).execute(store);
  const row = (id: number) =>
    store
      .insertInto('write_checks')
      .values({ id, filler: new Uint8Array(3000) })
      .execute();
  for (
    let id = 2;
    await row(id).then(
      () => true,
      () => false,
    );
    id += 1
  );
  return async () => {
    await sql.raw('PRAGMA max_page_count = 1000000').execute(store);
  };
};

const bytes: Fill = async (store, folder) => {
  await sql.raw('PRAGMA wal_checkpoint(TRUNCATE)').execute(store);
  const filler = join(folder, 'filler');
  const file = openSync(filler, 'w');
  try {
    for (const size of [65_536, 4096, 1]) {
      try {
        for (;;) writeSync(file, new Uint8Array(size));
      } catch {}
    }
  } finally {
    closeSync(file);
  }
  return async () => rmSync(filler);
};

function smallDisk(): string | null {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', folder], { stdio: 'ignore' });
    return folder;
  } catch {
    rmSync(folder, { recursive: true });
    return null;
  }
}

/** Null where the test may not mount a file system, and on PostgreSQL. */
const mounted = testDatabase === 'sqlite' ? smallDisk() : null;
const disks: [string, string | undefined, Fill][] =
  testDatabase === 'postgres'
    ? [['a database that became read-only', undefined, makeReadOnly]]
    : [
        ['a file that may not grow', undefined, pages],
        ...(mounted ? [['a full file system', mounted, bytes] as [string, string, Fill]] : []),
      ];

describe.each(disks)('%s', (_, folder, fill) => {
  let env: TestEnv;
  let portal: Portal;
  let grace: Visitor;
  let hedy: Visitor;
  let free: () => Promise<void>;

  beforeAll(async () => {
    env = await startTestEnv();
  });
  afterAll(async () => {
    await env.close();
    if (folder === undefined) return;
    execFileSync('umount', [folder]);
    rmSync(folder, { recursive: true });
  });
  beforeEach(async () => {
    const own = folder === undefined ? undefined : mkdtempSync(join(folder, 'store-'));
    portal = await env.fresh(own === undefined ? {} : { folder: own });
    grace = await portal.signedIn(GRACE);
    hedy = await portal.signedIn(HEDY);
    await hedy.call('searchPeople', {}, { query: { q: 'grace' } });
    env.advance(70);
    free = await fill(portal.store, folder ?? '');
    await env.takeRequests();
    return async () => {
      await free().catch(() => undefined);
      await portal.close();
      if (own !== undefined) rmSync(own, { recursive: true });
    };
  });

  test('[D3] lists and pages are read without writing', async () => {
    for (const name of [
      'getHome',
      'listFactors',
      'listSupportedFactors',
      'getSession',
      'listSessions',
      'getSecurityHistory',
    ] as const) {
      expect([name, said(await grace.call(name))]).toEqual([name, '200']);
    }
    expect(said(await hedy.call('listRequests'))).toBe('200');
    for (const path of ['/', '/sessions']) expect((await grace.open(path)).status).toBe(200);
  });

  test('[D3] [U8] changes and reads of other people are refused, without calling Okta', async () => {
    const known = await findId(grace, 'totp');
    await env.takeRequests();
    const guarded = routes.filter(({ name }) => endpointRows[name].change || endpointRows[name].event);
    expect(guarded.length).toBeGreaterThan(15);
    for (const route of guarded) {
      const who = route.path.startsWith('/api/helpdesk/') ? hedy : grace;
      const body = getBody(route.name);
      const reply = await who.raw({
        method: route.method,
        path: filled(route, known.slice(0, 20)) + (route.name === 'searchPeople' ? '?q=grace' : ''),
        headers: { 'x-latchkey': '1', origin: portal.base, ...(body && { 'content-type': 'application/json' }) },
        body: body && JSON.stringify(body),
      });
      expect([route.name, said(reply)]).toEqual([route.name, '503 store_unavailable']);
    }
    expect(await env.takeRequests()).toEqual([]);
  });

  test('[D3] [S8] signing out ends the session at once, also in the store', async () => {
    const token = grace.token()!;
    const rows = () => portal.store.selectFrom('sessions').select('login').where('login', '=', GRACE).execute();
    expect(said(await grace.signOut())).toBe('303');
    const thief = portal.visitor();
    thief.plant(token);
    expect(said(await thief.call('listFactors'))).toBe('401 signed_out');
    expect(said(await thief.call('endOtherSessions'))).toBe('401 signed_out');
    // With `pages`, a row can still be deleted.
    expect((await rows()).length).toBe(fill === pages ? 0 : 1);
    await free();
    await portal.app.reconcile();
    expect(await rows()).toEqual([]);
    const ends = await portal.auditRows({ event: 'user.session.end' }, 'outcome');
    expect(ends).toEqual([{ outcome: 'success' }]);
  });

  test('[D3] health reports that nothing can be written, and when it can again', async () => {
    const ready = async () => {
      await portal.app.probe();
      const { status, body } = await grace.raw({ path: '/readyz' });
      return [status, body.status, body.degraded];
    };
    expect(await ready()).toEqual([200, 'ready', true]);
    await free();
    expect(await ready()).toEqual([200, 'ready', false]);
  });

  test('[D3] continues automatically when there is space again', async () => {
    const factorId = await findId(grace, 'totp');
    const rename = () => grace.call('nameFactor', { factorId }, { body: { name: 'Mine' } }).then(said);
    expect(await rename()).toBe('503 store_unavailable');
    await free();
    expect(await rename()).toBe('200');
    expect(said(await hedy.call('searchPeople', {}, { query: { q: 'grace' } }))).toBe('200');
  });
});

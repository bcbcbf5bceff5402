import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeAuditKey } from '#bff/records/audit-log/kept-key.ts';
import { keyIdOf } from '#bff/platform/store/secrets.ts';
import { freePort } from '../free-port.ts';
import { onDatabase } from '../postgres/databases.ts';
import { hasBalancers } from './balancer.ts';
import { openLedger } from './ledger.ts';
import { Person } from './people.ts';
import { opening, startProber } from './prober.ts';
import { startRig, type Rig } from './rig.ts';
import type { Visitor } from '../visitor.ts';

const PEOPLE = 6;
/** How often the portals look at files; a session secret seals 24 times later. */
const RELOAD_MS = 200;
const next = {
  OKTA_CLIENT_SECRET: 'the-second-client-secret',
  OKTA_API_TOKEN: 'the-second-api-token-of-all',
  SESSION_SECRET: randomBytes(32).toString('hex'),
  AUDIT_SIGNING_KEY: makeAuditKey(),
  METRICS_TOKEN: 'the-second-token-of-monitoring',
};

const folder = mkdtempSync(join(tmpdir(), 'latchkey-rotation-'));
/** Puts a whole file in the place of the one before. */
function put(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(`${file}.new`, text, { mode: 0o600 });
  renameSync(`${file}.new`, file);
  return `@${file}`;
}

let rig: Rig;
let first: Record<string, string>;
let metricsPorts: number[];
beforeAll(async () => {
  if (!hasBalancers) return;
  // The role of the portals has a password; everybody else is trusted.
  const access = join(folder, 'pg_hba.conf');
  writeFileSync(access, 'host all portal all scram-sha-256\nhost all all all trust\n');
  for (const path of [folder, access]) chmodSync(path, path === folder ? 0o755 : 0o644);
  rig = await startRig({
    people: PEOPLE,
    emulatorOptions: {
      moreClientSecrets: [next.OKTA_CLIENT_SECRET],
      apiTokens: [{ token: next.OKTA_API_TOKEN, role: 'SUPER_ADMIN' }],
    },
    postgresSettings: [`hba_file=${access}`],
    env: {
      SECRET_RELOAD_MS: String(RELOAD_MS),
      LOG_LEVEL: 'info',
      METRICS_TOKEN: 'the-first-token-of-monitoring',
      DATABASE_POOL_SIZE: '40',
    },
    // Each machine gets the session secret's file at a moment of its own.
    envOf: (index) => ({
      METRICS_PORT: String(metricsPorts[index]),
      SESSION_SECRET: `@${join(folder, `session-${index}`)}`,
    }),
    async prepare(settings, postgres) {
      await onDatabase(postgres.urlOf('DATABASE'), 'postgres', (client) =>
        client.query("CREATE ROLE portal LOGIN SUPERUSER PASSWORD 'one'"),
      );
      first = { ...settings, DATABASE_URL: settings['DATABASE_URL']!.replace('postgres@', 'portal:one@') };
      metricsPorts = [await freePort(), await freePort(), await freePort()];
      putSessionSecrets(first['SESSION_SECRET']!);
      const secrets = [...Object.keys(next), 'SMTP_URL', 'DATABASE_URL'].filter((name) => name !== 'SESSION_SECRET');
      return Object.fromEntries(secrets.map((name) => [name, put(name, first[name]!)]));
    },
  });
}, 120_000);
afterAll(async () => {
  await rig?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Writes the session secret's file of these portals. */
function putSessionSecrets(text: string, indexes: readonly number[] = [0, 1, 2]): void {
  for (const index of indexes) put(`session-${index}`, text);
}

/** Calls `write`, and waits until these portals say that they took the setting. */
async function taken(name: string, write: () => unknown, indexes: readonly number[] = [0, 1, 2]): Promise<void> {
  const line = `"setting":"${name}","msg":"a new secret was taken from its file"`;
  const counts = () => indexes.map((index) => rig.replicas[index]!.program.said().split(line).length);
  const before = counts();
  write();
  await expect
    .poll(() => counts().map((count, index) => count - before[index]!), { timeout: 20_000, interval: 50 })
    .toEqual(indexes.map(() => 1));
}
/** Writes a setting's file, and waits until each portal took it. */
const rotate = (name: string, text: string) => taken(name, () => put(name, text));

/** Signs in by two portals: one begins the attempt, which the other one opens. Returns whether that works. */
async function signInAcross(login: string, from: number, to: number): Promise<boolean> {
  const [begins, ends] = [from, to].map((index) => rig.visitor(rig.replicas[index]));
  const page = await begins!.begin();
  for (const [name, cookie] of begins!.jar) ends!.jar.set(name, cookie);
  await ends!.open(await ends!.backFrom(page.url, { username: login, password: rig.org.password }));
  return ends!.token() !== undefined;
}

const revoke = (credential: string) => rig.simulator('POST', '/credentials', { revoke: credential });
const asOwner = (statement: string) => sql.raw<{ count: number }>(statement).execute(rig.store);
const connections = async () =>
  (await asOwner("SELECT count(*) AS count FROM pg_stat_activity WHERE usename = 'portal'")).rows[0]!.count;

/** Sends as many requests at once as it takes until the portals open more connections to the database. */
async function openMore(visitor: Visitor): Promise<void> {
  const before = await connections();
  let atOnce = 10;
  await expect
    .poll(
      async () => {
        const path = '/api/factors';
        const replies = await Promise.all(Array.from({ length: (atOnce += 10) }, () => visitor.raw({ path })));
        expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([200]));
        return connections();
      },
      { timeout: 30_000 },
    )
    .toBeGreaterThan(before);
}

test.skipIf(!hasBalancers)(
  '[P5] every secret of three portals is replaced while people use them, and no request fails',
  { timeout: 180_000 },
  async () => {
    const ledger = openLedger();
    const people = rig.org.people.slice(0, PEOPLE - 2).map((who) => new Person(rig, ledger, who));
    for (const person of people) await person.signIn();
    let isOver = false;
    const living = Promise.all(people.map((person) => person.live(() => isOver, 200)));
    // Each of its requests reaches another portal, so one opens the attempt that another one sealed.
    const [reader, arriving] = rig.org.people.slice(PEOPLE - 2);
    const signedIn = rig.visitor();
    await signedIn.signIn(reader!.login);
    const pages = startProber(opening(signedIn, '/'), 20);
    const signIns = startProber(async () => {
      const visitor = rig.visitor();
      const reply = await visitor.signIn(arriving!.login);
      return { ...reply, status: visitor.token() === undefined ? 599 : reply.status };
    }, 20);
    /** Lets the load go on with what is there now. */
    const goOn = async () => {
      const [seen, arrived] = [pages.probes.length, signIns.probes.length];
      await expect.poll(() => pages.probes.length, { timeout: 30_000 }).toBeGreaterThan(seen + 10);
      await expect.poll(() => signIns.probes.length, { timeout: 30_000 }).toBeGreaterThan(arrived + 2);
    };

    await rotate('OKTA_API_TOKEN', next.OKTA_API_TOKEN);
    await revoke(first['OKTA_API_TOKEN']!);
    await goOn();
    await rotate('OKTA_CLIENT_SECRET', next.OKTA_CLIENT_SECRET);
    await revoke(first['OKTA_CLIENT_SECRET']!);
    await goOn();

    const both = `${next.SESSION_SECRET},${first['SESSION_SECRET']}`;
    await taken('SESSION_SECRET', () => putSessionSecrets(both, [0, 1]), [0, 1]);
    // The third portal does not have it yet, and the others do not seal with it yet.
    expect(await signInAcross(arriving!.login, 0, 2)).toBe(true);
    await taken('SESSION_SECRET', () => putSessionSecrets(both, [2]), [2]);
    const sealers = async () => {
      const rows = await rig.store
        .selectFrom('sessions')
        .select('id_token')
        .orderBy('created_at', 'desc')
        .limit(3)
        .execute();
      return [...new Set(rows.map(({ id_token }) => id_token.split('.')[0]))];
    };
    await goOn();
    await expect.poll(sealers, { timeout: 20_000 }).toEqual([keyIdOf(next.SESSION_SECRET)]);
    await goOn();

    await rotate('AUDIT_SIGNING_KEY', `${next.AUDIT_SIGNING_KEY}${first['AUDIT_SIGNING_KEY']}`);
    await goOn();
    await rotate('AUDIT_SIGNING_KEY', next.AUDIT_SIGNING_KEY);
    await goOn();

    // Connections are opened while file and server differ, and when they agree again.
    await rotate('DATABASE_URL', first['DATABASE_URL']!.replace('portal:one@', 'portal:two@'));
    await openMore(signedIn);
    await asOwner("ALTER ROLE portal PASSWORD 'two'");
    await openMore(signedIn);

    await rotate('SMTP_URL', first['SMTP_URL']!.replace('127.0.0.1', 'localhost'));
    await rotate('METRICS_TOKEN', next.METRICS_TOKEN);
    const scrape = (token: string) =>
      Promise.all(
        metricsPorts.map(async (port) => {
          const headers = { authorization: `Bearer ${token}` };
          return (await fetch(`http://127.0.0.1:${port}/metrics`, { headers })).status;
        }),
      );
    expect(await scrape(next.METRICS_TOKEN)).toEqual([200, 200, 200]);
    expect(await scrape('the-first-token-of-monitoring')).toEqual([401, 401, 401]);

    // What is of no use is not taken.
    put('OKTA_API_TOKEN', 'a-token-that-nobody-made');
    putSessionSecrets('short');
    const complaint = /"setting":"SESSION_SECRET","fault":"SESSION_SECRET is too short: 32 bytes or more"/g;
    await expect
      .poll(() => rig.replicas.map(({ program }) => program.said().match(complaint)?.length ?? 0), { timeout: 20_000 })
      .toEqual([1, 1, 1]);
    putSessionSecrets(next.SESSION_SECRET);
    await expect
      .poll(() => rig.replicas.every(({ program }) => /"setting":"OKTA_API_TOKEN","fault":/.test(program.said())), {
        timeout: 20_000,
      })
      .toBe(true);
    await goOn();

    isOver = true;
    await living;
    await pages.stop();
    await signIns.stop();
    const failures = [...pages.probes, ...signIns.probes].filter(({ answer }) => answer !== 200);
    expect(failures).toEqual([]);
    expect([ledger.lost, ledger.failedGets, ledger.violations]).toEqual([{}, [], []]);
    // Whoever acts so often, on a busy machine, meets their own limit or sends a code too late.
    const theirs = ['too_many_attempts', 'wrong_code'];
    expect(Object.keys(ledger.refusals).filter((code) => !theirs.includes(code))).toEqual([]);
    expect(ledger.told.length).toBeGreaterThan(PEOPLE);
    await expect
      .poll(() => rig.store.selectFrom('outbox').select('id').where('sent_at', 'is', null).execute(), {
        timeout: 20_000,
      })
      .toEqual([]);
  },
);

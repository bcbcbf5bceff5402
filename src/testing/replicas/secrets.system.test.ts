import { randomBytes } from 'node:crypto';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeAuditKey } from '#bff/records/audit-log/kept-key.ts';
import { getKeyId } from '#bff/platform/store/secrets.ts';
import { freePort } from '../free-port.ts';
import { onDatabase } from '../postgres/databases.ts';
import { runOperatorProgram } from '../programs/operator-program.ts';
import { hasBalancers } from './balancer.ts';
import { openLedger } from './ledger.ts';
import { Person } from './people.ts';
import { opening, startProber } from './prober.ts';
import { startRig, type Rig } from './rig.ts';
import { temporaryFolder } from '#testing/programs/temporary-folder.ts';

const PEOPLE = 6;
const next = {
  OKTA_CLIENT_SECRET: 'the-second-client-secret',
  OKTA_API_TOKEN: 'the-second-api-token-of-all',
  SESSION_SECRET: randomBytes(32).toString('hex'),
  AUDIT_SIGNING_KEY: makeAuditKey(),
  METRICS_TOKEN: 'the-second-token-of-monitoring',
};

const folder = temporaryFolder();
/** Portals read the file at their start. Returns the setting that names it. */
function put(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text, { mode: 0o600 });
  return `@${file}`;
}

let rig: Rig;
let first: Record<string, string>;
let metricsPorts: number[];
beforeAll(async () => {
  if (!hasBalancers) return;
  // PostgreSQL asks only the portals' roles for a password.
  const access = join(folder, 'pg_hba.conf');
  writeFileSync(access, 'host all portal,portal_2 all scram-sha-256\nhost all all all trust\n');
  for (const path of [folder, access]) chmodSync(path, path === folder ? 0o755 : 0o644);
  rig = await startRig({
    people: PEOPLE,
    emulatorOptions: {
      moreClientSecrets: [next.OKTA_CLIENT_SECRET],
      apiTokens: [{ token: next.OKTA_API_TOKEN, role: 'SUPER_ADMIN' }],
    },
    postgresSettings: [`hba_file=${access}`],
    env: { METRICS_TOKEN: 'the-first-token-of-monitoring' },
    getEnv: (index) => ({ METRICS_PORT: String(metricsPorts[index]) }),
    async prepare(settings, postgres) {
      const owner = postgres.getUrl('postgres');
      await onDatabase(postgres.getUrl('DATABASE'), 'postgres', async (client) => {
        await client.query("CREATE ROLE portal LOGIN PASSWORD 'one'");
        await client.query("CREATE ROLE portal_2 LOGIN PASSWORD 'two'");
      });
      const args = ['--role', 'portal', '--role', 'portal_2'];
      const program = 'src/operator/prepare-database/prepare-database.ts';
      const { code, err } = await runOperatorProgram(program, args, { DATABASE_URL: owner });
      expect([code, err]).toEqual([0, '']);
      first = { ...settings, DATABASE_URL: settings['DATABASE_URL']!.replace('postgres@', 'portal:one@') };
      metricsPorts = [await freePort(), await freePort(), await freePort()];
      const secrets = [...Object.keys(next), 'SMTP_URL', 'DATABASE_URL'];
      return Object.fromEntries(secrets.map((name) => [name, put(name, first[name]!)]));
    },
  });
});
afterAll(async () => {
  await rig?.close();
});

async function signInAcross(login: string, from: number, to: number): Promise<boolean> {
  const [begins, ends] = [from, to].map((index) => rig.visitor(rig.replicas[index]));
  const page = await begins!.begin();
  for (const [name, cookie] of begins!.jar) ends!.jar.set(name, cookie);
  await ends!.open(await ends!.backFrom(page.url, { username: login, password: rig.org.password }));
  return ends!.token() !== undefined;
}

const revoke = (credential: string) => rig.simulator('POST', '/credentials', { revoke: credential });

/** `halfway` runs before the last portal restarts. */
async function restartAll(halfway: () => Promise<unknown>): Promise<void> {
  for (const [index, replica] of rig.replicas.entries()) {
    if (index === rig.replicas.length - 1) await halfway();
    expect(await replica.restart('SIGTERM')).toBe(0);
  }
}

test.skipIf(!hasBalancers)(
  '[P5] every secret of three portals is replaced by restarts while people use them, and no request fails',
  { timeout: 180_000 },
  async () => {
    const ledger = openLedger();
    const people = rig.org.people.slice(0, PEOPLE - 2).map((who) => new Person(rig, ledger, who));
    for (const person of people) await person.signIn();
    let isOver = false;
    const living = Promise.all(people.map((person) => person.live(() => isOver, 200)));
    // Each request of a sign-in goes to a different portal, which must decrypt what the others encrypted.
    const [reader, arriving] = rig.org.people.slice(PEOPLE - 2);
    const signedIn = rig.visitor();
    await signedIn.signIn(reader!.login);
    const pages = startProber(opening(signedIn, '/'), 20);
    const signIns = startProber(async () => {
      // A person can have only twenty sessions.
      const old = rig.store.deleteFrom('sessions').where('created_at', '<', Date.now() - 1000);
      await old.where('login', '=', arriving!.login).execute();
      const visitor = rig.visitor();
      const reply = await visitor.signIn(arriving!.login);
      return { ...reply, status: visitor.token() === undefined ? 599 : reply.status };
    }, 20);
    const bothWays = async () => {
      expect(await signInAcross(arriving!.login, 0, 2)).toBe(true);
      expect(await signInAcross(arriving!.login, 2, 0)).toBe(true);
    };

    // The new session secret is second in the list: portals decrypt with it but encrypt with the first.
    put('OKTA_API_TOKEN', next.OKTA_API_TOKEN);
    put('OKTA_CLIENT_SECRET', next.OKTA_CLIENT_SECRET);
    put('SESSION_SECRET', `${first['SESSION_SECRET']},${next.SESSION_SECRET}`);
    put('AUDIT_SIGNING_KEY', `${next.AUDIT_SIGNING_KEY}${first['AUDIT_SIGNING_KEY']}`);
    put('DATABASE_URL', first['DATABASE_URL']!.replace('portal:one@', 'portal_2:two@'));
    put('SMTP_URL', first['SMTP_URL']!.replace('127.0.0.1', 'localhost'));
    put('METRICS_TOKEN', next.METRICS_TOKEN);
    await restartAll(bothWays);
    await revoke(first['OKTA_API_TOKEN']!);
    await revoke(first['OKTA_CLIENT_SECRET']!);
    const connections = sql<{ count: number }>`SELECT count(*) AS count FROM pg_stat_activity WHERE usename = 'portal'`;
    expect((await connections.execute(rig.store)).rows[0]!.count).toBe(0);
    await sql`ALTER ROLE portal NOLOGIN`.execute(rig.store);

    put('SESSION_SECRET', `${next.SESSION_SECRET},${first['SESSION_SECRET']}`);
    put('AUDIT_SIGNING_KEY', next.AUDIT_SIGNING_KEY);
    await restartAll(bothWays);
    const newest = rig.store.selectFrom('sessions').select('id_token').orderBy('created_at', 'desc').limit(1);
    const sealer = async () => (await newest.executeTakeFirstOrThrow()).id_token.split('.')[0];
    await expect.poll(sealer).toBe(getKeyId(next.SESSION_SECRET));

    const scrape = (token: string) =>
      Promise.all(
        metricsPorts.map(async (port) => {
          const headers = { authorization: `Bearer ${token}` };
          return (await fetch(`http://127.0.0.1:${port}/metrics`, { headers })).status;
        }),
      );
    expect(await scrape(next.METRICS_TOKEN)).toEqual([200, 200, 200]);
    expect(await scrape('the-first-token-of-monitoring')).toEqual([401, 401, 401]);

    isOver = true;
    await living;
    await pages.stop();
    await signIns.stop();
    const failures = [...pages.probes, ...signIns.probes].filter(({ answer }) => answer !== 200);
    expect(failures).toEqual([]);
    expect([ledger.lost, ledger.failedGets, ledger.violations]).toEqual([{}, [], []]);
    // On a busy machine, people who act this often may reach their limit or send a code too late.
    const theirs = ['too_many_attempts', 'wrong_code'];
    expect(Object.keys(ledger.refusals).filter((code) => !theirs.includes(code))).toEqual([]);
    expect(ledger.told.length).toBeGreaterThan(PEOPLE);
    expect(pages.probes.length).toBeGreaterThan(100);
    await expect
      .poll(() => rig.store.selectFrom('outbox').select('id').where('sent_at', 'is', null).execute(), {
        timeout: 60_000,
      })
      .toEqual([]);
  },
);

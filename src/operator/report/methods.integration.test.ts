import { generateKeyPairSync } from 'node:crypto';
import { join } from 'node:path';
import { statSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createClock } from '#clock';
import { createOktaClient } from '#okta/client.ts';
import type { Credential } from '#okta/transport/credential.ts';
import { groupIds } from '#okta-emulator/seed/seed.ts';
import { createPerson } from '#okta-emulator/testing/crowd.ts';
import { testEmulator, type TestEmulator } from '#okta-emulator/testing/emulator.ts';
import { temporaryFolder } from '#testing/programs/temporary-folder.ts';
import { openOrg } from './org.ts';
import { readMethods, type MethodsOptions } from './methods.ts';
import { readReportFile, type ReportFile } from './report-file.ts';
import { describeSummary, sumUp } from './summary.ts';
import { addPeopleOfKinds, expectedPerson } from '#testing/programs/crowd-of-kinds.ts';

const COUNT = 450;
const START = Date.UTC(2026, 5, 1);
const folder = temporaryFolder();
const clients: ReturnType<typeof createOktaClient>[] = [];
const openClient = ({ url, clock, apiToken }: TestEmulator) => {
  const credential = { kind: 'ssws', token: apiToken } as const;
  const client = createOktaClient({ orgUrl: url, clock, userAgent: 'latchkey-test/0', credential });
  clients.push(client);
  return client;
};
afterAll(() => Promise.all(clients.map((client) => client.close())));

const createOptions = (emulator: TestEmulator): MethodsOptions => ({
  ...{ client: openClient(emulator), org: emulator.url, settings: null, share: 0.2, clock: emulator.clock },
  filter: { groups: [], attributes: [], roles: true },
  sleep: async (ms) => emulator.clock.advance(ms / 1000),
});
const read = async (options: MethodsOptions, name: string, goOn = false) => {
  const file = join(folder, name);
  await readMethods(options, file, goOn);
  return (await readReportFile(file)) as ReportFile;
};

let emulator: TestEmulator;
let groupId: string;
beforeAll(async () => {
  emulator = await testEmulator({ engine: 'oie', clock: createClock(() => START) });
  const { body } = await emulator.api('POST', '/groups', { profile: { name: 'Three pages' } });
  groupId = body.id;
  await addPeopleOfKinds(emulator, COUNT, [groupIds.everyone, groupId]);
});

test('the members of a group of three pages are in the file as the emulator has them, whatever their status', async () => {
  const before = (await emulator.simulator<object[]>('GET', '/requests')).body.length;
  const options = createOptions(emulator);
  const report = await read(
    { ...options, filter: { groups: [groupId], attributes: ['title'], roles: true } },
    'g.jsonl',
  );
  expect([...report.people.keys()].toSorted()).toEqual(
    Array.from({ length: COUNT }, (_, index) => createPerson(index).id).toSorted(),
  );
  for (let index = 0; index < COUNT; index += 1)
    expect(report.people.get(createPerson(index).id)).toMatchObject({
      ...expectedPerson(index),
      attributes: { title: null },
    });
  expect(report.end).toMatchObject({ people: COUNT, unlisted: 0 });
  expect(statSync(join(folder, 'g.jsonl')).mode & 0o777).toBe(0o600);
  const { body: requests } = await emulator.simulator<{ path: string }[]>('GET', '/requests');
  expect(
    requests.slice(0, requests.length - before).filter(({ path }) => path === `/api/v1/groups/${groupId}/users`),
  ).toHaveLength(3);
});

test('administrators, privileged groups and the helpdesk are said first, and other people apart', async () => {
  const settings = {
    ...{ agentsGroupId: groupIds.helpdesk, approversGroupId: groupIds.helpdeskApprovers, auditorsGroupId: null },
    ...{ privilegedGroupIds: [groupIds.tokenHolders], scope: new Map() },
  } as never;
  const report = await read({ ...createOptions(emulator), settings }, 'all.jsonl');
  const byLogin = new Map([...report.people.values()].map((one) => [one.login, one]));
  expect(byLogin.get('admin@example.com')).toMatchObject({ administrator: true, helpdesk: ['agent', 'approver'] });
  expect(byLogin.get('helpdesk@example.com')).toMatchObject({ administrator: false, helpdesk: ['agent'] });
  const lines = describeSummary(report);
  const summary = sumUp(report);
  expect(lines[1]).toMatch(/^\nPrivileged people \(administrators, privileged groups, helpdesk\): \d+\./);
  expect(lines[2]).toBe(
    `Privileged people with nothing that resists phishing: ${summary.privilegedWithoutPhishingResistant}`,
  );
  expect(lines).toContain('  helpdesk@example.com (agent): totp');
  expect(summary.privilegedNotRead).toBeGreaterThan(0);
  const { noPhishingResistant, phishingResistant, phishingResistantNotKnown, active } = summary;
  expect(noPhishingResistant + phishingResistant + phishingResistantNotKnown).toBe(active);
  expect(active + Object.values(summary.notRead).reduce((sum, one) => sum + one, 0)).toBe(report.people.size);
  expect(summary.otherStatuses).toEqual({});
});

test('an entry of a list that cannot be read is counted, and one without a status is nobody', async () => {
  const { body } = await emulator.api<object[]>('GET', `/users?limit=2`);
  await emulator.simulator('POST', '/faults', {
    ...{ match: `GET /api/v1/groups/${groupIds.engineering}/users`, status: 200, headers: { link: null } },
    body: [...body, { id: '00uWithoutAStatus' }],
  });
  const filter = { groups: [groupIds.engineering], attributes: [], roles: false };
  const report = await read({ ...createOptions(emulator), filter }, 'odd.jsonl');
  expect([report.people.size, report.end.unlisted]).toEqual([2, 1]);
  expect([...report.people.values()].map(({ administrator }) => administrator)).toEqual([null, null]);
});

/** Returns a `sleep` that moves a simulated clock in steps, for all sleepers together. */
function createTime(clock: TestEmulator['clock'], stepMs: number, each: () => Promise<void>) {
  let step: Promise<void> | null = null;
  const pass = async () => {
    await new Promise((resolve) => setTimeout(resolve, 0));
    clock.advance(stepMs / 1000);
    await each();
    step = null;
  };
  return async (ms: number) => {
    const until = clock.now() + ms;
    while (clock.now() < until) await (step ??= pass());
  };
}

test('no minute has more than a fifth of the window, and no call of a busy portal beside it is refused', async () => {
  const limited = await testEmulator({ engine: 'oie', rateLimit: 600, clock: createClock(() => START) });
  await addPeopleOfKinds(limited, 150, [groupIds.everyone]);
  const portal = openClient(limited);
  const { body } = await limited.api<{ id: string }[]>('GET', '/users?limit=1');
  const began = limited.clock.now();
  let refused = 0;
  let sent = 0;
  // The portal uses 350 of 600 calls a minute. Its client refuses calls when too few of them are left.
  const sleep = createTime(limited.clock, 200, async () => {
    for (; sent < ((limited.clock.now() - began) / 60_000) * 350; sent += 1)
      await portal.users.getUser({ userId: body[0]!.id }).catch(() => (refused += 1));
  });
  await read({ ...createOptions(limited), sleep }, 'paced.jsonl');
  const { body: log } = await limited.simulator<{ path: string; at: string; status: number }[]>('GET', '/requests');
  const times = log.flatMap(({ path, at }) => (/\/(?:factors|roles)$|\/users$/.test(path) ? Date.parse(at) : []));
  const inMinute = times.map((from) => times.filter((at) => at >= from && at < from + 60_000).length);
  expect(Math.max(...inMinute)).toBeLessThanOrEqual(120);
  expect(Math.max(...inMinute)).toBeGreaterThan(60);
  expect([refused, log.filter(({ status }) => status === 429).length]).toEqual([0, 0]);
  expect(sent).toBeGreaterThan(900);
});

test('an org that is away is waited for, and one that refuses for good is not', async () => {
  const options = createOptions(emulator);
  const filter = { groups: [groupIds.tokenHolders], attributes: [], roles: false };
  await emulator.simulator('POST', '/faults', { match: 'GET /api/v1/users/*/factors', status: 503, times: 9 });
  const report = await read({ ...options, filter }, 'away.jsonl');
  expect([...report.people.values()].map(({ fault }) => fault)).not.toContain('unreadable');
  await emulator.simulator('POST', '/faults', { match: 'GET /api/v1/users/*/factors', status: 401, times: 99 });
  await expect(read({ ...options, filter }, 'refused.jsonl')).rejects.toMatchObject({ status: 401 });
  await emulator.simulator('DELETE', '/faults');
  await expect(read({ ...options, filter }, 'refused.jsonl')).rejects.toThrow('go on with it by --continue');
  expect((await read({ ...options, filter }, 'refused.jsonl', true)).end).toMatchObject({ people: report.people.size });
});

test('every right that the credential lacks is named', async () => {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const jwks = { keys: [pair.publicKey.export({ format: 'jwk' })] } as never;
  const weak = await testEmulator({
    clock: createClock(),
    apiTokens: [{ token: 'helper', role: 'HELP_DESK_ADMIN', groups: [] }],
    serviceApps: [{ clientId: 'reads-people', jwks, scopes: ['okta.users.read'], role: 'SUPER_ADMIN' }],
  });
  const scopes = ['okta.users.read', 'okta.roles.read', 'okta.groups.read'] as const;
  const open = (credential: Credential) => openOrg({ orgUrl: weak.url, credential }, scopes, weak.clock);
  await expect(open({ kind: 'ssws', token: 'helper' })).rejects.toThrow(
    /^the credential may not read administrators’ roles: .*, or say --without-roles\nthe credential may not read the members of groups: [^\n]*$/,
  );
  const privateKey = pair.privateKey.export({ format: 'jwk' }) as Record<string, unknown>;
  const app = { kind: 'private-key', clientId: 'reads-people', privateKey, scopes: ['okta.users.manage'] } as const;
  await expect(open({ ...app, scopes: [...app.scopes] })).rejects.toThrow(
    /^the service app may not read administrators’ roles: grant it okta.roles.read, or say --without-roles\nthe service app may not read the members of groups: grant it okta.groups.read$/,
  );
});

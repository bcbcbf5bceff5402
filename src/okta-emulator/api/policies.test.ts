import { beforeEach, describe, expect, it } from 'vitest';
import { ADA, testEmulator, type TestEmulator } from '../testing/emulator.ts';
import { listFactors, MARGARET } from '../testing/people.ts';

type Entry = { key: string; enroll: { self: string } };
type WirePolicy = {
  id: string;
  name: string;
  priority: number;
  system: boolean;
  type: string;
  settings: { type?: string; authenticators?: Entry[]; factors?: Record<string, Omit<Entry, 'key'>> };
};
type Causes = { errorCode: string; errorCauses: { errorSummary: string }[] };

const RADIA = 'radia@example.com';
const enroll = (self: string) => ({ enroll: { self } });
const sms = { factorType: 'sms', provider: 'OKTA', profile: { phoneNumber: '+15550100123' } };

/** Both settings allow the same. */
const phoneOnly = {
  oie: { authenticators: [{ key: 'phone_number', ...enroll('REQUIRED') }] },
  classic: { factors: { okta_sms: enroll('REQUIRED'), okta_call: enroll('REQUIRED') } },
};

const emulators = { classic: await testEmulator(), oie: await testEmulator({ engine: 'oie' }) };

describe.each(['classic', 'oie'] as const)('enrollment policies on %s', (engine) => {
  const emulator = emulators[engine];
  beforeEach(() => emulator.reset());

  const list = async () => (await emulator.api<WirePolicy[]>('GET', '/policies?type=MFA_ENROLL')).body;
  const standard = async () => (await list()).find(({ name }) => name === 'Default Policy')!;
  const put = async (change: object) => {
    const policy = await standard();
    return emulator.api<WirePolicy & Causes>('PUT', `/policies/${policy.id}`, { ...policy, ...change });
  };
  const kinds = async (login: string, path = '/catalog') =>
    (
      await emulator.api<{ factorType: string; provider: string; enrollment?: string }[]>(
        'GET',
        `/users/${login}/factors${path}`,
      )
    ).body;
  const cause = async (body: object, login = ADA) =>
    (await emulator.api<Causes>('POST', `/users/${login}/factors`, body)).body.errorCauses?.[0]?.errorSummary;

  it('are listed by priority, and read by id', async () => {
    const policies = await list();
    expect(policies.map(({ name, priority, system, type }) => [name, priority, system, type])).toEqual([
      ['Token holders', 1, false, 'MFA_ENROLL'],
      ['Default Policy', 2, true, 'MFA_ENROLL'],
    ]);
    for (const policy of policies) {
      expect(policy.id).toMatch(/^00p[0-9A-Za-z]{17}$/);
      expect((await emulator.api('GET', `/policies/${policy.id}`)).body).toEqual(policy);
    }
    const { settings } = await standard();
    if (engine === 'oie') {
      expect(settings.type).toBe('AUTHENTICATORS');
      expect(settings.authenticators).toContainEqual({ key: 'okta_password', enroll: { self: 'REQUIRED' } });
      expect(settings.authenticators).toContainEqual({ key: 'yubikey_token', enroll: { self: 'NOT_ALLOWED' } });
    } else expect(settings.factors).toMatchObject({ okta_sms: enroll('OPTIONAL'), fido_u2f: enroll('NOT_ALLOWED') });
    for (const [path, code] of [
      ['?type=OKTA_SIGN_ON', 'E0000001'],
      ['', 'E0000001'],
      ['/00pNobody', 'E0000007'],
    ] as const)
      expect((await emulator.api('GET', `/policies${path}`)).body).toMatchObject({ errorCode: code });
  });

  it('what is off is neither in the catalog nor listed nor enrolled, and comes back', async () => {
    const before = await kinds(MARGARET, '');
    const { status, body } = await put({ settings: phoneOnly[engine] });
    expect([status, body.system]).toEqual([200, true]);
    expect((await kinds(ADA)).map(({ factorType, enrollment }) => [factorType, enrollment])).toEqual([
      ['call', 'REQUIRED'],
      ['sms', 'REQUIRED'],
    ]);
    expect((await kinds(MARGARET, '')).map(({ factorType }) => factorType)).toEqual(['call', 'sms']);
    expect(await cause({ factorType: 'push', provider: 'OKTA' })).toBe('Factor not enabled.');
    expect(await cause({ factorType: 'push', provider: 'NOBODY' })).toBe('Invalid Provider.');
    expect(await cause({ factorType: 'nothing', provider: 'OKTA' })).toBe('Invalid Factor.');
    expect((await listFactors(emulator, ADA).enroll(sms)).status).toBe(200);
    const everything =
      engine === 'oie'
        ? { authenticators: body.settings.authenticators!.map(({ key }) => ({ key, ...enroll('OPTIONAL') })) }
        : { factors: Object.fromEntries(Object.keys(body.settings.factors!).map((key) => [key, enroll('OPTIONAL')])) };
    await put({ settings: everything });
    expect(await kinds(MARGARET, '')).toEqual(before);
  });

  it('the policy of the highest priority applies to a member of its group', async () => {
    await put({ settings: phoneOnly[engine] });
    expect((await kinds(RADIA)).map(({ provider }) => provider)).toContain('YUBICO');
    await emulator.api('DELETE', `/groups/${emulator.groups.tokenHolders}/users/${RADIA}`);
    expect((await kinds(RADIA)).map(({ factorType }) => factorType)).toEqual(['call', 'sms']);
    await emulator.api('PUT', `/groups/${emulator.groups.tokenHolders}/users/${ADA}`);
    expect((await kinds(ADA)).map(({ provider }) => provider)).toContain('YUBICO');
    await emulator.api('DELETE', `/groups/${emulator.groups.tokenHolders}`);
    expect((await list()).map(({ name }) => name)).toEqual(['Default Policy']);
    expect((await kinds(ADA)).map(({ factorType }) => factorType)).toEqual(['call', 'sms']);
  });

  it('a policy that is not Okta’s is refused, and changes nothing', async () => {
    const before = await list();
    const key = engine === 'oie' ? 'phone_number' : 'okta_sms';
    const only = (entry: object, name = key) =>
      engine === 'oie' ? { authenticators: [{ key: name, ...entry }] } : { factors: { [name]: entry } };
    for (const [change, code] of [
      [{ type: 'PASSWORD' }, 'E0000001'],
      [{ name: '' }, 'E0000001'],
      [{ settings: only(enroll('MAYBE')) }, 'E0000001'],
      [{ settings: only({}) }, 'E0000001'],
      [{ settings: only(enroll('OPTIONAL'), 'palm_print') }, 'E0000001'],
      [{ settings: null }, 'E0000003'],
      [{ settings: {} }, 'E0000003'],
    ] as const)
      expect([change, (await put(change)).body.errorCode]).toEqual([change, code]);
    expect(await list()).toEqual(before);
  });

  it('the default policy keeps its name, another gets a new one', async () => {
    expect((await put({ name: 'Mine' })).body.name).toBe('Default Policy');
    const [first] = await list();
    const { body } = await emulator.api<WirePolicy>('PUT', `/policies/${first?.id}`, { ...first, name: 'Old tokens' });
    expect(body).toMatchObject({ name: 'Old tokens', settings: first?.settings });
  });
});

it('both engines keep what was set when an org is started with the other one', async () => {
  const classic = await testEmulator();
  const policy = async (emulator: TestEmulator) =>
    (await emulator.api<WirePolicy[]>('GET', '/policies?type=MFA_ENROLL')).body.find(({ system }) => system)!;
  const set = await policy(classic);
  await classic.api('PUT', `/policies/${set.id}`, { ...set, settings: phoneOnly.classic });
  await classic.close();
  const oie = await testEmulator({ engine: 'oie', dataDir: classic.dataDir });
  expect((await policy(oie)).settings.authenticators).toContainEqual({ key: 'okta_verify', ...enroll('OPTIONAL') });
  await oie.close();
  const again = await testEmulator({ dataDir: classic.dataDir });
  expect((await policy(again)).settings.factors).toMatchObject({
    okta_sms: enroll('REQUIRED'),
    okta_push: enroll('NOT_ALLOWED'),
  });
});

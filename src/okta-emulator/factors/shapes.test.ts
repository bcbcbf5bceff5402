import { beforeEach, describe, expect, it } from 'vitest';
import { ADA, testEmulator } from '../testing/emulator.ts';
import { listFactors } from '../testing/people.ts';

const NUMBER = '+15550100123';
const date = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z$/);
const id = (prefix: string) => expect.stringMatching(new RegExp(`^${prefix}[0-9A-Za-z]{14}5d7$`));

type Kind = 'sms' | 'call' | 'email';
const DATES: Record<Kind, object> = {
  sms: { created: date, lastUpdated: date },
  call: { created: date, lastUpdated: date },
  email: {},
};
const PROFILES: Record<Kind, object> = {
  sms: { phoneNumber: NUMBER },
  call: { phoneNumber: NUMBER },
  email: { email: ADA },
};
const PREFIXES: Record<Kind, { pending: string; active: string }> = {
  sms: { pending: 'mbl', active: 'sms' },
  call: { pending: 'clf', active: 'clf' },
  email: { pending: 'emf', active: 'emf' },
};

const emulators = { classic: await testEmulator(), oie: await testEmulator({ engine: 'oie' }) };

/** `toStrictEqual` also fails if a property is undefined instead of absent. */
describe.each(['classic', 'oie'] as const)('the documented shapes on %s', (engine) => {
  const emulator = emulators[engine];
  let user: string;
  beforeEach(async () => {
    await emulator.reset();
    user = `${emulator.url}/api/v1/users/${(await emulator.api('GET', `/users/${ADA}`)).body.id}`;
  });
  const ada = () => listFactors(emulator, ADA);
  const link = (href: string, ...allow: string[]) => ({ href, hints: { allow } });
  const pendingShape = (kind: Kind, factorId: string) => ({
    id: id(PREFIXES[kind].pending),
    factorType: kind,
    provider: 'OKTA',
    vendorName: 'OKTA',
    status: 'PENDING_ACTIVATION',
    ...DATES[kind],
    profile: PROFILES[kind],
    _links: {
      resend: [{ name: kind, ...link(`${user}/factors/${factorId}/resend`, 'POST') }],
      activate: link(`${user}/factors/${factorId}/lifecycle/activate`, 'POST'),
      self: link(`${user}/factors/${factorId}`, 'GET'),
      user: link(user, 'GET'),
    },
  });
  const activeShape = (kind: Kind, factorId: string) => ({
    ...pendingShape(kind, factorId),
    id: id(PREFIXES[kind].active),
    status: 'ACTIVE',
    _links: {
      self: link(`${user}/factors/${factorId}`, 'GET', 'DELETE'),
      verify: link(`${user}/factors/${factorId}/verify`, 'POST'),
      user: link(user, 'GET'),
    },
  });
  const read = async (factorId: string) => (await emulator.api('GET', `${ada().base}/${factorId}`)).body;
  const listed = async (factorType: string) =>
    (await ada().list()).filter((factor) => factor.factorType === factorType);

  const challenged = async (kind: Kind, factorId: string) => {
    emulator.clock.advance(30);
    const { status, headers, body } = await ada().challenge(factorId);
    expect(status).toBe(200);
    expect(headers.get('location')).toBeNull();
    const self = `${user}/factors/${factorId}`;
    expect(body).toStrictEqual({
      factorResult: 'CHALLENGE',
      // A challenge by email does not contain the address.
      ...(kind !== 'email' && { profile: PROFILES[kind] }),
      _links: { verify: link(`${self}/verify`, 'POST'), factor: link(self, 'GET', 'DELETE') },
    });
    expect((await ada().verify(factorId, { passCode: await ada().code(kind) })).body).toStrictEqual({
      factorResult: 'SUCCESS',
    });
    // Only keys have `lastVerified`.
    expect(await read(factorId)).toStrictEqual(activeShape(kind, factorId));
  };

  const wholeLife = async (kind: Kind) => {
    const catalogEntry = {
      factorType: kind,
      provider: 'OKTA',
      vendorName: 'OKTA',
      _links: { enroll: link(`${user}/factors`, 'POST') },
      enrollment: 'OPTIONAL',
    };
    expect(await ada().catalog(kind)).toStrictEqual({ ...catalogEntry, status: 'NOT_SETUP' });
    const { status, headers, body } = await ada().enroll({
      factorType: kind,
      provider: 'OKTA',
      profile: PROFILES[kind],
    });
    expect([status, headers.get('location'), headers.get('retry-after'), headers.get('content-type')]).toEqual([
      200,
      null,
      null,
      'application/json',
    ]);
    const shape = pendingShape(kind, body.id);
    expect(body).toStrictEqual(shape);
    expect(await read(body.id)).toStrictEqual(shape);
    expect(await listed(kind)).toStrictEqual([shape]);
    expect((await ada().catalog(kind))?.status).toBe('PENDING_ACTIVATION');
    emulator.clock.advance(30);
    expect((await ada().resend(body.id)).body).toStrictEqual(shape);

    const { body: on } = await ada().activate(body.id, await ada().code(kind));
    expect(on).toStrictEqual(activeShape(kind, on.id));
    expect(await read(on.id)).toStrictEqual(activeShape(kind, on.id));
    expect(await listed(kind)).toStrictEqual([activeShape(kind, on.id)]);
    await challenged(kind, on.id);

    const entry = await ada().catalog(kind);
    const phones = { _embedded: { phones: [{ id: id('mbl'), profile: PROFILES[kind], status: 'ACTIVE' }] } };
    expect(entry).toStrictEqual({ ...catalogEntry, status: 'ACTIVE', ...(kind !== 'email' && phones) });
    const removed = await ada().remove(on.id);
    expect([removed.status, removed.body, removed.headers.get('content-type')]).toEqual([204, undefined, null]);
    expect(await read(on.id)).toStrictEqual({
      errorCode: 'E0000007',
      errorSummary: `Not found: Resource not found: ${on.id} (UserFactor)`,
      errorLink: 'E0000007',
      errorId: expect.stringMatching(/^oae[0-9A-Za-z_-]{22}$/),
      errorCauses: [],
    });
    return expect(await ada().catalog(kind)).toStrictEqual({
      ...catalogEntry,
      status: 'NOT_SETUP',
      ...(kind !== 'email' && phones),
    });
  };

  it('an SMS', () => wholeLife('sms'));
  it('a call', () => wholeLife('call'));

  it('email', async () => {
    const classic = engine === 'classic';
    if (classic) return wholeLife('email');
    const [automatic] = await listed('email');
    expect(automatic).toStrictEqual(activeShape('email', automatic?.id ?? ''));
    return challenged('email', automatic?.id ?? '');
  });

  it('a call with an extension', async () => {
    const { body } = await ada().enroll({ factorType: 'call', profile: { phoneNumber: NUMBER, phoneExtension: '42' } });
    expect(body).toStrictEqual({
      ...pendingShape('call', body.id),
      profile: { phoneNumber: NUMBER, phoneExtension: '42' },
    });
  });

  it('a security question', async () => {
    const entry = {
      factorType: 'question',
      provider: 'OKTA',
      vendorName: 'OKTA',
      _links: { questions: link(`${user}/factors/questions`, 'GET'), enroll: link(`${user}/factors`, 'POST') },
      enrollment: 'OPTIONAL',
    };
    expect(await ada().catalog('question')).toStrictEqual({ ...entry, status: 'NOT_SETUP' });
    const asked = (question: string, answer: string) => ({
      factorType: 'question',
      provider: 'OKTA',
      profile: { question, answer },
    });
    const { status, body } = await ada().enroll(asked('disliked_food', 'turnips'));
    expect(status).toBe(200);
    const self = `${user}/factors/${body.id}`;
    const shape = {
      id: id('ufs'),
      factorType: 'question',
      provider: 'OKTA',
      vendorName: 'OKTA',
      status: 'ACTIVE',
      created: date,
      lastUpdated: date,
      profile: { question: 'disliked_food', questionText: 'What is the food you least liked as a child?' },
      _links: {
        questions: link(`${user}/factors/questions`, 'GET'),
        self: link(self, 'GET', 'DELETE'),
        user: link(user, 'GET'),
      },
    };
    expect(body).toStrictEqual(shape);
    expect(await read(body.id)).toStrictEqual(shape);
    expect(await listed('question')).toStrictEqual([shape]);
    expect((await ada().verify(body.id, { answer: 'turnips' })).body).toStrictEqual({ factorResult: 'SUCCESS' });
    const { body: changed } = await emulator.api('PUT', `${ada().base}/${body.id}`, asked('first_award', 'swimming'));
    expect(changed).toStrictEqual({
      ...shape,
      profile: { question: 'first_award', questionText: 'What did you earn your first medal or award for?' },
    });
    expect(await ada().catalog('question')).toStrictEqual({ ...entry, status: 'ACTIVE' });
  });

  it('an answer to an immediate activation has no code either', async () => {
    const { body } = await ada().enroll({ factorType: 'sms', profile: { phoneNumber: NUMBER } }, '?activate=true');
    expect(body).toStrictEqual(activeShape('sms', body.id));
  });
});

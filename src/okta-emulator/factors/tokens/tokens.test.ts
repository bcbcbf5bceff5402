import { beforeEach, describe, expect, it } from 'vitest';
import type { TokenEntry } from '../../simulator/tokens.ts';
import { ADA, testEmulator, type TestEmulator } from '../../testing/emulator.ts';
import { encodeBase32 } from '../../wire/base32.ts';
import { CUSTOM_PROFILE } from './custom-totp.ts';
import { appToken, stepAt } from '../totp/otp.ts';

const RADIA = 'radia@example.com';

type Wire = {
  id: string;
  factorType: string;
  provider: string;
  vendorName: string;
  status: string;
  profile?: { credentialId: string };
  errorCode?: string;
  errorCauses?: unknown[];
};

const emulators = { classic: await testEmulator(), oie: await testEmulator({ engine: 'oie' }) };

const others = [
  'u2f/FIDO',
  'token:hardware/YUBICO',
  'token/RSA',
  'token/SYMANTEC',
  'token:hotp/CUSTOM',
  'web/DUO',
  'claims_provider/CUSTOM',
  'palm_print/ACME',
];
const timed = ['token/RSA', 'token/SYMANTEC', 'token:hotp/CUSTOM'];

describe.each(['classic', 'oie'] as const)('the older methods on %s', (engine) => {
  let emulator: TestEmulator;
  beforeEach(async () => {
    emulator = emulators[engine];
    await emulator.reset();
  });

  const base = `/users/${RADIA}/factors`;
  const list = async () =>
    (await emulator.api<Wire[]>('GET', base)).body.filter(({ factorType }) => factorType !== 'email');
  const named = async (kind: string) => {
    const found = (await list()).find(({ factorType, provider }) => `${factorType}/${provider}` === kind);
    if (!found) throw new Error(`Radia has no ${kind}`);
    return found;
  };
  const tokens = async (user?: string) =>
    (await emulator.simulator<TokenEntry[]>('GET', `/tokens${user ? `?user=${user}` : ''}`)).body;
  const token = async (kind: string, user?: string) => {
    const found = (await tokens(user)).find((entry) => entry.kind === kind);
    if (!found) throw new Error(`there is no token ${kind}`);
    return found;
  };
  const verify = (id: string, passCode: string) => emulator.api<Wire>('POST', `${base}/${id}/verify`, { passCode });
  const enroll = (body: object, query = '', login = RADIA) =>
    emulator.api<Wire>('POST', `/users/${login}/factors${query}`, body);

  it('are listed and read with exactly these properties', async () => {
    const user = (await emulator.api('GET', `/users/${RADIA}`)).body.id;
    const listed = await list();
    expect(listed.map(({ factorType, provider }) => `${factorType}/${provider}`)).toEqual(others);
    const date = expect.stringMatching(/\.000Z$/);
    const names: Record<string, string> = {
      'token:hotp/CUSTOM': 'Example Token',
      'claims_provider/CUSTOM': 'Example Partner',
    };
    const verified = ['u2f/FIDO', 'token:hardware/YUBICO', ...timed];
    for (const [index, kind] of others.entries()) {
      const { id = '' } = listed[index] ?? {};
      const self = `${emulator.url}/api/v1/users/${user}/factors/${id}`;
      const [factorType, provider = ''] = kind.split('/');
      const credentialId = kind.startsWith('token')
        ? expect.stringMatching(/^(\d{12}|VSMT\d{8})$/)
        : expect.any(String);
      const shape = {
        id: expect.stringMatching(/^(fuf|ykf|rsa|ufv|chf|dsf|cpf|ppf)[0-9A-Za-z]{14}5d7$/),
        factorType,
        provider,
        vendorName: names[kind] ?? provider,
        status: 'ACTIVE',
        created: date,
        lastUpdated: date,
        ...(kind !== 'token:hotp/CUSTOM' && {
          profile: { credentialId, ...(kind === 'u2f/FIDO' && { version: 'U2F_V2' }) },
        }),
        _links: {
          self: { href: self, hints: { allow: ['GET', 'DELETE'] } },
          ...(verified.includes(kind) && { verify: { href: `${self}/verify`, hints: { allow: ['POST'] } } }),
          user: { href: `${emulator.url}/api/v1/users/${user}`, hints: { allow: ['GET'] } },
        },
      };
      expect(listed[index]).toEqual(shape);
      expect((await emulator.api('GET', `${base}/${id}`)).body).toEqual(shape);
    }
  });

  it.each(['web/DUO', 'claims_provider/CUSTOM', 'palm_print/ACME'])(
    '%s can only be verified and enrolled elsewhere',
    async (kind) => {
      const { id, factorType, provider } = await named(kind);
      expect(await verify(id, '123456')).toMatchObject({ status: 400, body: { errorCode: 'E0000001' } });
      await emulator.api('DELETE', `${base}/${id}`);
      expect(await enroll({ factorType, provider })).toMatchObject({ status: 400, body: { errorCode: 'E0000001' } });
    },
  );

  it.each(['token:hardware/YUBICO', ...timed])(
    '%s: a right code is accepted once, a wrong one refused',
    async (kind) => {
      const { id } = await named(kind);
      const { code } = await token(kind, RADIA);
      expect(await verify(id, 'cccc')).toMatchObject({ status: 403, body: { errorCode: 'E0000068' } });
      expect((await verify(id, code)).body).toEqual({ factorResult: 'SUCCESS' });
      expect((await verify(id, code)).body.errorCode).toBe('E0000082');
      const other = await token(kind, RADIA);
      expect(other.used).toBe(kind !== 'token:hardware/YUBICO');
      emulator.clock.advance(60);
      expect((await verify(id, (await token(kind, RADIA)).code)).status).toBe(200);
    },
  );

  it.each(timed)('%s: the previous and the next code are accepted, older and later ones are not', async (kind) => {
    const { id } = await named(kind);
    const { code, next } = await token(kind, RADIA);
    emulator.clock.advance(60);
    expect((await verify(id, (await token(kind, RADIA)).next ?? '')).status).toBe(200);
    for (const old of [code, next ?? '']) expect((await verify(id, old)).status).toBe(403);
  });

  it('a YubiKey’s codes of another key or person, or older ones, are refused', async () => {
    const { id } = await named('token:hardware/YUBICO');
    const older = (await token('token:hardware/YUBICO', RADIA)).code;
    const spare = (await token('token:hardware/YUBICO')).code;
    expect((await verify(id, spare)).body.errorCode).toBe('E0000068');
    expect((await verify(id, older)).status).toBe(200);
    expect((await verify(id, (await token('token:hardware/YUBICO', RADIA)).code)).status).toBe(200);
    expect((await verify(id, older)).body.errorCode).toBe('E0000082');
  });

  it('a YubiKey is enrolled by a code once it is unassigned; its codes stay consumed', async () => {
    const { id, profile } = await named('token:hardware/YUBICO');
    const spare = await token('token:hardware/YUBICO');
    const body = (passCode: string) => ({ factorType: 'token:hardware', provider: 'YUBICO', verify: { passCode } });
    expect((await enroll(body(spare.code))).body.errorCauses).toEqual([
      { errorSummary: 'A factor of this type is already set up.' },
    ]);
    expect((await enroll(body(spare.code), '', ADA)).body.errorCauses).toEqual([
      { errorSummary: 'Factor not enabled.' },
    ]);
    const listed = (await token('token:hardware/YUBICO', RADIA)).code;
    await verify(id, listed);
    await emulator.api('DELETE', `${base}/${id}`);
    expect((await tokens()).map(({ serial }) => serial)).toContain(profile?.credentialId);
    for (const wrong of [listed, `${spare.code.slice(0, 43)}-`, ''])
      expect(await enroll(body(wrong))).toMatchObject({ status: 400, body: { errorCode: 'E0000001' } });
    const { status, body: made } = await enroll(body(spare.code));
    expect([status, made]).toMatchObject([200, { status: 'ACTIVE', profile: { credentialId: spare.serial } }]);
    expect((await verify(made.id, spare.code)).body.errorCode).toBe('E0000082');
    expect((await verify(made.id, (await token('token:hardware/YUBICO', RADIA)).code)).status).toBe(200);
  });

  it.each([
    ['token/RSA', 'RSA'],
    ['token/SYMANTEC', 'SYMANTEC'],
  ])('%s is enrolled by its serial and its codes', async (kind, provider) => {
    await emulator.api('DELETE', `${base}/${(await named(kind)).id}`);
    const spare = (await tokens()).findLast((entry) => entry.kind === kind);
    const { serial = '', code = '', next } = spare ?? {};
    const body = (answerFields: object, credentialId = serial) => ({
      factorType: 'token',
      provider,
      profile: { credentialId },
      verify: answerFields,
    });
    const wrong = [
      body({}),
      body({ passCode: '000000', nextPassCode: next }),
      body({ passCode: code, nextPassCode: next }, 'none'),
      ...(provider === 'SYMANTEC' ? [body({ passCode: code }), body({ passCode: code, nextPassCode: code })] : []),
    ];
    for (const one of wrong) expect(await enroll(one)).toMatchObject({ status: 400, body: { errorCode: 'E0000001' } });
    // Okta's specification has a number for the second code, which loses leading zeros.
    const { status, body: made } = await enroll(
      body({ passCode: code, nextPassCode: provider === 'SYMANTEC' ? Number(next) : next }),
    );
    expect([status, made]).toMatchObject([
      200,
      { status: 'ACTIVE', vendorName: provider, profile: { credentialId: serial } },
    ]);
    expect((await verify(made.id, code)).body.errorCode).toBe('E0000082');
  });

  it('a custom token is activated at once or refused, with the given seed', async () => {
    const { id } = await named('token:hotp/CUSTOM');
    await emulator.api('DELETE', `${base}/${id}`);
    const seed = Buffer.alloc(20, 7);
    const body = {
      factorType: 'token:hotp',
      provider: 'CUSTOM',
      factorProfileId: CUSTOM_PROFILE.id,
      profile: { sharedSecret: encodeBase32(seed) },
    };
    const invalid = {
      status: 400,
      body: { errorCode: 'E0000001', errorCauses: [{ errorSummary: 'Invalid Profile.' }] },
    };
    expect(await enroll(body)).toMatchObject(invalid);
    expect(await enroll({ ...body, factorProfileId: 'fpr' }, '?activate=true')).toMatchObject(invalid);
    expect(await enroll({ ...body, profile: {} }, '?activate=true')).toMatchObject(invalid);
    const { status, body: made } = await enroll(body, '?activate=true');
    expect([status, made]).toMatchObject([200, { status: 'ACTIVE', vendorName: 'Example Token' }]);
    expect(made).not.toHaveProperty('profile');
    expect(JSON.stringify(made)).not.toContain(encodeBase32(seed));
    expect((await verify(made.id, appToken.code(seed, stepAt(emulator.clock.now(), appToken) + 3))).status).toBe(200);
    expect((await verify(made.id, appToken.code(seed, stepAt(emulator.clock.now(), appToken) + 4))).status).toBe(403);
  });

  it('are offered to the token holders only', async () => {
    const kinds = async (login: string) =>
      (await emulator.api<Wire[]>('GET', `/users/${login}/factors/catalog`)).body.map(
        ({ factorType, provider }) => `${factorType}/${provider}`,
      );
    const enrollable = ['token:hardware/YUBICO', ...timed];
    expect(await kinds(RADIA)).toEqual(expect.arrayContaining(enrollable));
    for (const kind of [...enrollable, 'u2f/FIDO']) expect(await kinds(ADA)).not.toContain(kind);
  });

  it('the simulator shows a person’s tokens', async () => {
    expect((await tokens(RADIA)).map(({ kind }) => kind).sort()).toEqual(
      ['token/RSA', 'token/SYMANTEC', 'token:hardware/YUBICO', 'token:hotp/CUSTOM'].sort(),
    );
    expect(await tokens(ADA)).toEqual([]);
    const page = await (await fetch(`${emulator.url}/simulator?user=${RADIA}`)).text();
    for (const { serial } of await tokens(RADIA)) expect(page).toContain(serial);
    expect((await emulator.simulator('GET', '/tokens?user=nobody')).status).toBe(404);
  });

  it('keep their counters over a restart', async () => {
    const { id } = await named('token:hardware/YUBICO');
    const { code } = await token('token:hardware/YUBICO', RADIA);
    await verify(id, code);
    emulator = await emulator.restart();
    emulators[engine] = emulator;
    expect((await verify(id, code)).body.errorCode).toBe('E0000082');
  });
});

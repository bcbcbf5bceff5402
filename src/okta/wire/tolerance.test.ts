import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  activationRestarted,
  catalog,
  email,
  factors,
  pendingPush,
  pendingTotp,
  pendingWebauthn,
  push,
  pushWaiting,
  role,
  sms,
  totp,
  user,
} from '../testing/samples.ts';
import { readLinkExpiry } from './activation.ts';
import { readActivationState } from './activation-state.ts';
import { readError } from './error.ts';
import { readFactor, readFactors } from './factor.ts';
import { isObject, type Json } from './lenient.ts';
import { readRoles } from './role.ts';
import { readSupportedFactors } from './supported-factor.ts';
import { readUser } from './user.ts';
import { readVerifyResult } from './verify-result.ts';

const sample = (...values: object[]) => fc.constantFrom(...values.map((value) => structuredClone(value) as Json));

function paths(value: unknown, needed: string[], at: string[] = []): string[][] {
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([name, inner]) => {
    const here = [...at, name];
    return [...(at.length === 0 && needed.includes(name) ? [] : [here]), ...paths(inner, needed, here)];
  });
}

function set(value: Json, path: string[], change: (holder: Json, name: string) => void): void {
  const holder = path
    .slice(0, -1)
    .reduce<Json | null>((inner, name) => (isObject(inner?.[name]) ? inner[name] : null), value);
  const name = path.at(-1);
  if (holder !== null && name !== undefined) change(holder, name);
}

function drifted(samples: fc.Arbitrary<Json>, needed: string[]): fc.Arbitrary<Json> {
  return samples.chain((original) => {
    const all = paths(original, needed);
    const change = fc.record({
      path: fc.constantFrom(...all),
      how: fc.constantFrom('add', 'drop', 'turn'),
      value: fc.jsonValue(),
      name: fc.string(),
    });
    return fc.array(change, { minLength: 1, maxLength: 8 }).map((changes) => {
      const value = structuredClone(original);
      for (const { path, how, value: other, name } of changes) {
        set(value, path, (holder, last) => {
          if (how === 'drop') delete holder[last];
          else if (how === 'turn') holder[last] = other;
          else if (!(needed.includes(name) && holder === value)) holder[name] = other;
        });
      }
      return value;
    });
  });
}

const runs = { numRuns: 400 };

describe('tolerates what an org may send in the future', () => {
  test('factors', () => {
    fc.assert(
      fc.property(
        fc.array(
          drifted(sample(totp, pendingTotp, pendingPush, pendingWebauthn, email, sms, push), ['id', 'factorType']),
          { maxLength: 6 },
        ),
        (list) => {
          const read = readFactors(list);
          expect(read.map(({ id, factorType }) => ({ id, factorType }))).toEqual(
            list.map(({ id, factorType }) => ({ id, factorType })),
          );
          expect(read.unreadable).toBe(0);
          for (const { status, provider, created, profile, activation } of read) {
            expect(activation === null || ['string', 'object'].includes(typeof activation.qrcodeHref)).toBe(true);
            expect(
              activation?.options === undefined ||
                activation.options === null ||
                typeof activation.options['challenge'] === 'string',
            ).toBe(true);
            expect([typeof status, typeof provider]).toEqual(['string', 'string']);
            expect(created === null || typeof created === 'string').toBe(true);
            expect(profile === null || isObject(profile)).toBe(true);
          }
        },
      ),
      runs,
    );
  });

  test('the catalog', () => {
    fc.assert(
      fc.property(
        fc.array(drifted(sample(...catalog), ['factorType'])),
        (list) => void expect(readSupportedFactors(list)).toHaveLength(list.length),
      ),
      runs,
    );
  });

  test('results', () => {
    fc.assert(
      fc.property(
        drifted(sample(pushWaiting), ['factorResult']),
        (json) => void expect(readVerifyResult(json).factorResult).toBe('WAITING'),
      ),
      runs,
    );
  });

  test('enrollment states of a phone, and its link', () => {
    fc.assert(
      fc.property(
        drifted(sample(activationRestarted), ['factorResult']),
        (json) => void expect(readActivationState(json)).toMatchObject({ factor: null, factorResult: 'WAITING' }),
      ),
      runs,
    );
    fc.assert(
      fc.property(
        drifted(sample(push), ['id', 'factorType', 'status']),
        (json) => void expect(readActivationState(json).factor?.id).toBe(push.id),
      ),
      runs,
    );
    fc.assert(
      fc.property(drifted(sample(pendingPush), ['id']), (json) => void readLinkExpiry(json)),
      runs,
    );
  });

  test('roles', () => {
    fc.assert(
      fc.property(drifted(sample(role), ['type']), (json) => void expect(readRoles([json])[0]?.type).toBe(role.type)),
      runs,
    );
  });

  test('users', () => {
    fc.assert(
      fc.property(
        drifted(sample(user), ['id', 'status']),
        (json) => void expect(readUser(json)).toMatchObject({ id: user.id, status: 'ACTIVE' }),
      ),
      runs,
    );
  });

  test('errors, and arbitrary bodies in place of one', () => {
    const error = {
      errorCode: 'E0000001',
      errorSummary: 'x',
      errorLink: 'E0000001',
      errorId: 'oae',
      errorCauses: [{ errorSummary: 'y', reason: 'z' }],
    };
    fc.assert(
      fc.property(drifted(sample(error), ['errorCode']), (json) => void expect(readError(json)?.code).toBe('E0000001')),
      runs,
    );
    fc.assert(
      fc.property(fc.jsonValue(), (json) => void readError(json)),
      runs,
    );
  });
});

test('[U3] accepts unknown values', () => {
  const [factor] = readFactors([
    { ...totp, factorType: 'signed_nonce_2', provider: 'ACME', status: 'HIBERNATING', surprise: [1] },
  ]);
  expect(factor).toMatchObject({ factorType: 'signed_nonce_2', provider: 'ACME', status: 'HIBERNATING' });
  const { lastUpdated: _absent, ...without } = totp as Record<string, unknown>;
  expect(() => readFactors([{ ...without, vendorName: 7, created: ['yesterday'] }])).not.toThrow();
  expect(() => readVerifyResult({ factorResult: 'MAYBE' })).not.toThrow();
  expect(readVerifyResult({ factorResult: 'MAYBE' }).factorResult).toBe('MAYBE');
});

describe('an entry that cannot be read', () => {
  test.each([
    { ...totp, id: undefined },
    { ...totp, id: 7 },
    { ...totp, id: '' },
    { ...totp, factorType: undefined },
    null,
    'x',
    3,
    [],
  ])('[U3] is left out of the list, and counted: %j', (entry) => {
    const read = readFactors([email, entry, sms]);
    expect(read.map(({ id }) => id)).toEqual([email.id, sms.id]);
    expect(read.unreadable).toBe(1);
  });

  test('fails the list when all entries are like it, which must not look like having no factor', () => {
    expect(() => readFactors([{ ...totp, id: 7 }])).toThrow(TypeError);
    expect(readFactors([])).toHaveLength(0);
  });

  test('is no answer by itself', () => {
    expect(() => readFactor({ ...totp, id: undefined })).toThrow();
    expect(() => readFactors({ factors })).toThrow(TypeError);
  });
});

test('a poll link gives its transaction’s id, never its address', () => {
  const at = (href: unknown) => readVerifyResult({ factorResult: 'WAITING', _links: { poll: { href } } }).transactionId;
  expect(at('https://evil.example/x/transactions/v2mst.AAAA')).toBe('v2mst.AAAA');
  for (const href of [
    'https://x/transactions/..',
    'https://x/transactions/a%2Fb',
    'https://x/transactions/a/verify',
    7,
    null,
  ])
    expect(at(href)).toBeNull();
});

test('cuts an error’s text to a length fit for logs', () => {
  const read = readError({
    errorCode: 'E1',
    errorSummary: 'x'.repeat(1e6),
    errorCauses: Array.from({ length: 1000 }, () => ({ errorSummary: 'y'.repeat(1e4) })),
  });
  expect(JSON.stringify(read).length).toBeLessThan(12_000);
});

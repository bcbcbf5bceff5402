import { describe, expect, test } from 'vitest';
import { factorKinds } from '#contract/kinds.ts';
import type { FactorKind } from '#contract/kinds.ts';
import type { Factor as Wire } from '#okta/wire/factor.ts';
import { heldOf } from '../factors/held.ts';
import { kinds } from '../factors/kinds.ts';
import { needOfPurpose, strengthOfSignIn } from './need.ts';

const idOf = (kind: FactorKind) => `id-${kind}`.padEnd(20, '0').replace(/-/g, '0');
const wire = (kind: FactorKind, status = 'ACTIVE'): Wire => {
  const [factorType, provider] = kind === 'okta-verify' ? ['token:software:totp', 'OKTA'] : (kinds[kind].wire[0] ?? ['telepathy', 'NEWCO']);
  return { id: idOf(kind), factorType, provider: provider === '*' ? 'OKTA' : provider, status, vendorName: null, created: null, lastUpdated: null, lastVerified: null, profile: null, activation: null };
};
const holding = (...list: FactorKind[]) => heldOf(list.map((kind) => wire(kind)), 'v1', null);

describe('what a proof must be worth', () => {
  const table: [purpose: string, held: FactorKind[], strength: number, ways: string[]][] = [
    ['enroll:totp', [], 0, ['okta']],
    ['enroll:totp', ['totp'], 3, ['totp', 'okta']],
    ['enroll:okta-verify', ['totp'], 3, ['totp', 'okta']],
    // What is added is weaker than what is held: a proof as strong as what is added will do.
    ['enroll:email', ['totp'], 1, ['totp', 'okta']],
    ['enroll:sms', ['totp', 'question'], 2, ['totp', 'okta']],
    // What is added is stronger than anything held: as strong as the strongest there is.
    ['enroll:webauthn', ['totp'], 3, ['totp', 'okta']],
    ['enroll:webauthn', ['sms'], 2, ['okta']],
    ['enroll:totp', ['email'], 1, ['okta']],
    ['enroll:totp', ['question', 'email'], 1, ['okta']],
    ['enroll:totp', ['webauthn'], 3, ['okta']],
    ['enroll:u2f', ['webauthn', 'totp'], 4, ['okta']],
    // Duo, a hardware token and whatever nobody knows say no more at a sign-in than `mfa`.
    ['enroll:totp', ['duo'], 2, ['okta']],
    ['enroll:totp', ['token'], 2, ['okta']],
    ['enroll:totp', ['unknown'], 2, ['okta']],
    ['enroll:totp', ['claims-provider', 'email'], 2, ['okta']],
    [`remove:${idOf('webauthn')}`, ['webauthn', 'totp'], 4, ['okta']],
    [`remove:${idOf('totp')}`, ['webauthn', 'totp'], 3, ['totp', 'okta']],
    [`remove:${idOf('sms')}`, ['totp', 'sms'], 2, ['totp', 'okta']],
    [`remove:${idOf('duo')}`, ['duo', 'sms'], 2, ['okta']],
    ['sessions', ['totp', 'okta-verify'], 0, ['totp', 'okta-verify', 'okta']],
  ];
  test.each(table)('%s, holding %j: %i by %j', (purpose, held, strength, ways) => {
    const need = needOfPurpose(purpose, holding(...held))!;
    expect(need.strength).toBe(strength);
    expect(need.ways.map((way) => (way.way === 'okta' ? 'okta' : way.kind)).sort()).toEqual(ways.toSorted());
    expect(need.acr).toBe(strength === 0 ? null : 'urn:okta:loa:2fa:any');
  });

  test('what cannot be phished is asked of an org that knows it', () => {
    expect(needOfPurpose('enroll:webauthn', holding('webauthn'), true)?.acr).toBe('phr');
    expect(needOfPurpose('enroll:webauthn', holding('totp'), true)?.acr).toBe('urn:okta:loa:2fa:any');
    expect(needOfPurpose('enroll:totp', holding('webauthn'), true)?.acr).toBe('urn:okta:loa:2fa:any');
  });

  test('whoever holds something needs a proof to add anything, whatever it is', () => {
    for (const held of factorKinds) for (const kind of factorKinds) expect([held, kind, needOfPurpose(`enroll:${kind}`, holding(held))!.strength > 0]).toEqual([held, kind, true]);
  });

  test('a method can never be removed by a proof weaker than itself where a stronger one can be given', () => {
    for (const touched of factorKinds) {
      for (const other of factorKinds) {
        const { strength } = needOfPurpose(`remove:${idOf(touched)}`, holding(...new Set([touched, other])))!;
        const best = Math.max(...[touched, other].map((kind) => Math.min(kinds[kind].strength, Math.max(kinds[kind].provesHere ?? 0, kinds[kind].provesAtOkta))));
        expect([touched, other, strength]).toEqual([touched, other, Math.min(kinds[touched].strength, best)]);
      }
    }
  });

  test('an unfinished method, and one of nobody, need none', () => {
    expect(needOfPurpose(`remove:${idOf('totp')}`, heldOf([wire('totp', 'PENDING_ACTIVATION')], 'v1', null))).toBeNull();
    expect(needOfPurpose(`remove:${idOf('sms')}`, holding('totp'))).toBeNull();
  });
});

test.each([
  [['pwd'], null, 0],
  [[], null, 0],
  [['pwd'], 'urn:okta:loa:1fa:any', 0],
  [['pwd', 'mfa'], null, 2],
  [['pwd', 'kba', 'mfa'], null, 1],
  [['pwd', 'email', 'mfa'], null, 1],
  [['pwd', 'sms', 'mfa'], null, 2],
  [['pwd', 'tel', 'mfa'], null, 2],
  [['pwd', 'otp', 'mfa'], null, 3],
  [['pwd', 'otp', 'sms', 'mfa'], null, 3],
  [['hwk', 'user', 'mfa'], null, 4],
  [['pwd', 'mfa'], 'phr', 4],
  [['swk', 'mfa'], 'phrh', 4],
  [['made-up'], 'made-up', 0],
])('a sign-in by %j with acr %s is worth %i', (amr, acr, strength) => {
  expect(strengthOfSignIn(amr, acr)).toBe(strength);
});

test('on an Identity Engine org the mail of the primary address is nothing that is held', () => {
  const mail = (address: string) => ({ ...wire('email'), profile: { email: address } });
  const counts = (list: Wire[], engine: 'v1' | 'idx') => heldOf(list, engine, 'ada@example.com').map((one) => one.counts);
  expect(counts([mail('ada@example.com')], 'idx')).toEqual([false]);
  expect(counts([mail('ADA@example.com')], 'idx')).toEqual([false]);
  expect(counts([mail('ada@home.example')], 'idx')).toEqual([true]);
  expect(counts([mail('ada@example.com')], 'v1')).toEqual([true]);
  expect(counts([wire('totp', 'PENDING_ACTIVATION')], 'idx')).toEqual([false]);
});

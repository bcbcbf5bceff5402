import type { PurposeText } from '#contract/purposes.ts';
import { describe, expect, test } from 'vitest';
import { factorKinds, type FactorKind } from '#contract/kinds.ts';
import type { StepUpOption } from '#contract/errors.ts';
import type { Factor as Wire } from '#okta/wire/factor.ts';
import { createSecurityMethods } from '../methods/security-methods.ts';
import { getVerification, kinds } from '../../platform/kinds/registry.ts';
import {
  findProven,
  requirementOfPurpose,
  strengthOfSignIn,
  type StepUpCapabilities,
  lackingFor,
} from './requirement.ts';

const idOf = (kind: string) => `id-${kind}`.padEnd(20, '0').replace(/[^\w]/g, '0');
const wireOf = (factorType: string, provider: string, status = 'ACTIVE'): Wire => ({
  id: idOf(factorType),
  factorType,
  provider,
  status,
  vendorName: null,
  created: null,
  lastUpdated: null,
  lastVerified: null,
  profile: null,
  activation: null,
});
const wire = (kind: FactorKind, status = 'ACTIVE'): Wire => {
  const { factorType, provider } =
    kind === 'okta-verify'
      ? { factorType: 'token:software:totp', provider: 'OKTA' }
      : (kinds[kind].wire[0] ?? { factorType: 'telepathy', provider: 'NEWCO' });
  return { ...wireOf(factorType, provider === '*' ? 'OKTA' : provider, status), id: idOf(kind) };
};
const securityMethods = (...list: FactorKind[]) =>
  createSecurityMethods(
    list.map((kind) => wire(kind)),
    'v1',
    null,
  );
/** `bare`: an org without `phr`, whose keys work at Okta only. */
const bare: StepUpCapabilities = { keys: false, phr: false };
const whole: StepUpCapabilities = { keys: true, phr: true };
const optionsOf = (options: readonly StepUpOption[]) =>
  options.map((option) =>
    option.type === 'okta' ? 'okta' : `${option.kind} by ${option.verificationType} ${option.strength}`,
  );

describe('the strength that a step-up needs', () => {
  const table: [purpose: PurposeText, methods: FactorKind[], strength: number, options: string[]][] = [
    ['enroll:totp', [], 0, ['okta']],
    ['enroll:totp', ['totp'], 3, ['totp by code 3', 'okta']],
    ['enroll:okta-verify', ['totp'], 3, ['totp by code 3', 'okta']],
    ['enroll:email', ['totp'], 1, ['totp by code 3', 'okta']],
    ['enroll:sms', ['totp', 'question'], 2, ['totp by code 3', 'okta']],
    ['enroll:sms', ['sms', 'call', 'email', 'question'], 2, ['sms by sent-code 2', 'call by sent-code 2', 'okta']],
    ['enroll:question', ['email', 'question'], 1, ['email by sent-code 1', 'question by answer 1', 'okta']],
    ['enroll:webauthn', ['totp'], 3, ['totp by code 3', 'okta']],
    ['enroll:webauthn', ['sms'], 2, ['sms by sent-code 2', 'okta']],
    ['enroll:totp', ['email'], 1, ['email by sent-code 1', 'okta']],
    ['enroll:totp', ['webauthn'], 3, ['okta']],
    ['enroll:u2f', ['webauthn', 'totp'], 4, ['okta']],
    ['enroll:totp', ['yubikey'], 3, ['yubikey by code 3', 'okta']],
    ['enroll:totp', ['hotp', 'token'], 3, ['hotp by code 3', 'token by code 3', 'okta']],
    // After a sign-in with Duo or an unknown kind, `amr` has only `mfa`.
    ['enroll:totp', ['duo'], 2, ['okta']],
    ['enroll:totp', ['unknown'], 2, ['okta']],
    ['enroll:totp', ['claims-provider', 'email'], 2, ['okta']],
    [`remove:${idOf('webauthn')}`, ['webauthn', 'totp'], 4, ['okta']],
    [`remove:${idOf('totp')}`, ['webauthn', 'totp'], 3, ['totp by code 3', 'okta']],
    [`remove:${idOf('sms')}`, ['totp', 'sms'], 2, ['totp by code 3', 'sms by sent-code 2', 'okta']],
    [`remove:${idOf('duo')}`, ['duo', 'sms'], 2, ['sms by sent-code 2', 'okta']],
    ['sessions', ['totp', 'question'], 0, ['totp by code 3', 'question by answer 1', 'okta']],
  ];
  test.each(table)('%s, with %j: %i by %j', (purpose, methods, strength, options) => {
    const requirement = requirementOfPurpose(purpose, securityMethods(...methods), bare)!;
    expect(requirement.strength).toBe(strength);
    expect(optionsOf(requirement.options).toSorted()).toEqual(options.toSorted());
    expect(requirement.acr).toBe(strength === 0 ? null : 'urn:okta:loa:2fa:any');
  });

  test('a security key is an option where its relying-party id is ours', () => {
    expect(
      optionsOf(requirementOfPurpose('enroll:webauthn', securityMethods('webauthn', 'totp'), whole)!.options),
    ).toEqual(['webauthn by key 4', 'okta']);
    expect(optionsOf(requirementOfPurpose('enroll:totp', securityMethods('webauthn'), whole)!.options)).toEqual([
      'webauthn by key 4',
      'okta',
    ]);
    // Browsers no longer support U2F.
    expect(optionsOf(requirementOfPurpose('enroll:totp', securityMethods('u2f'), whole)!.options)).toEqual(['okta']);
  });

  test('each usable member of Okta Verify is an option, FastPass is none', () => {
    const methods = createSecurityMethods(
      [wireOf('push', 'OKTA'), wireOf('token:software:totp', 'OKTA'), wireOf('signed_nonce', 'OKTA')],
      'v1',
      null,
    );
    const { strength, options } = requirementOfPurpose('enroll:totp', methods, bare)!;
    expect([strength, ...optionsOf(options)]).toEqual([3, 'okta-verify by push 3', 'okta-verify by code 3', 'okta']);
    expect(options.flatMap((option) => (option.type === 'factor' ? [option.factorId] : []))).toEqual([
      idOf('push'),
      idOf('token:software:totp'),
    ]);
  });

  test('a change of a security key needs a phishing-resistant acr where the org supports it', () => {
    const acr = (purpose: PurposeText, ...methods: FactorKind[]) =>
      requirementOfPurpose(purpose, securityMethods(...methods), whole)?.acr;
    expect(acr('enroll:webauthn', 'webauthn')).toBe('phr');
    expect(acr(`remove:${idOf('webauthn')}`, 'webauthn', 'totp')).toBe('phr');
    expect(acr('enroll:webauthn', 'totp')).toBe('urn:okta:loa:2fa:any');
    expect(acr('enroll:totp', 'webauthn')).toBe('urn:okta:loa:2fa:any');
    expect(requirementOfPurpose('enroll:webauthn', securityMethods('webauthn'), bare)?.acr).toBe(
      'urn:okta:loa:2fa:any',
    );
  });

  test.each([bare, whole])('a person with any method needs a step-up to add %j', (capabilities) => {
    for (const methods of factorKinds)
      for (const kind of factorKinds)
        expect([
          methods,
          kind,
          requirementOfPurpose(`enroll:${kind}`, securityMethods(methods), capabilities)!.strength > 0,
        ]).toEqual([methods, kind, true]);
  });

  test.each([bare, whole])(
    '[A4] no method can be removed by a weaker step-up where a stronger one is possible: %j',
    (capabilities) => {
      const strengthOf = (kind: FactorKind) => {
        const here = getVerification(wire(kind));
        return Math.min(
          kinds[kind].strength,
          Math.max(
            here && (here.verificationType !== 'key' || capabilities.keys) ? here.strength : 0,
            kinds[kind].signInStrength,
          ),
        );
      };
      for (const touched of factorKinds) {
        for (const other of factorKinds) {
          const { strength, options } = requirementOfPurpose(
            `remove:${idOf(touched)}`,
            securityMethods(...new Set([touched, other])),
            capabilities,
          )!;
          const best = Math.max(strengthOf(touched), strengthOf(other));
          expect([touched, other, strength]).toEqual([touched, other, Math.min(kinds[touched].strength, best)]);
          for (const option of options)
            if (option.type === 'factor')
              expect([touched, other, option.strength >= strength]).toEqual([touched, other, true]);
        }
      }
    },
  );

  test('strength 0 is for the named purposes only, and a text that is no purpose is refused', () => {
    const strengthOf = (text: string) =>
      requirementOfPurpose(text as PurposeText, securityMethods('totp'), { ...whole, helpdeskAcr: 'phr' })?.strength;
    const id = idOf('totp');
    const all = ['sessions', 'codes', 'codes:totp', 'caller-verification', 'enroll:totp', `remove:${id}`];
    expect(all.filter((one) => strengthOf(one) === 0)).toEqual(['sessions', 'codes']);
    for (const text of ['', 'session', 'sessions:', 'unfreeze:00u', 'codes:telepathy', `drop:${id}`])
      expect(() => strengthOf(text), text).toThrow(expect.objectContaining({ code: 'bad_request' }));
  });

  test.each([
    [['sms', 'email'], ['totp', 'sms', 'email'], 2, ['totp by code 3', 'okta']],
    [['email', 'totp'], ['totp', 'okta-verify', 'email'], 3, ['okta-verify by code 3', 'okta']],
    [['totp', 'okta-verify'], ['totp', 'okta-verify', 'sms'], 3, ['okta']],
    [['totp', 'sms'], ['totp', 'sms'], 3, ['okta']],
    // The question does not exist. The app still cannot prove its own removal.
    [['totp', 'question'], ['totp', 'sms'], 3, ['okta']],
  ] as [FactorKind[], FactorKind[], number, string[]][])(
    '[A4] to remove %j of %j is that of the strongest, and none of them proves it',
    (named, methods, strength, options) => {
      const found = requirementOfPurpose(`remove:${named.map(idOf).join(',')}`, securityMethods(...methods), bare)!;
      expect([found.strength, optionsOf(found.options)]).toEqual([strength, options]);
    },
  );

  test.each([
    // Okta Verify stays, and the sign-in may have used it.
    [['totp', 'sms'], ['totp', 'sms', 'okta-verify'], 3, 'all'],
    [['totp', 'sms'], ['totp', 'sms'], 3, 'one'],
    [['totp', 'okta-verify'], ['totp', 'okta-verify', 'sms'], 3, 'one'],
    [['totp', 'okta-verify'], ['totp', 'okta-verify', 'sms'], 4, 'all'],
    [['totp', 'okta-verify'], ['totp', 'okta-verify'], 5, 'all'],
    [['sms', 'email'], ['sms', 'email', 'totp'], 2, 'all'],
    [['totp'], ['totp'], 3, 'all'],
  ] as [FactorKind[], FactorKind[], number, 'all' | 'one'][])(
    '[A4] to remove %j of %j, a sign-in at Okta of strength %i proves %s',
    (named, methods, strength, proves) => {
      const all: PurposeText = `remove:${named.map(idOf).join(',')}`;
      const one: PurposeText = `remove:${idOf(named[0]!)}`;
      expect(findProven(all, strength, securityMethods(...methods), bare)).toBe(proves === 'all' ? all : one);
    },
  );

  test('an inactive method that stays proves nothing', () => {
    const methods = createSecurityMethods([wire('totp'), wire('sms'), wire('okta-verify', 'INACTIVE')], 'v1', null);
    const all: PurposeText = `remove:${idOf('totp')},${idOf('sms')}`;
    expect(findProven(all, 3, methods, bare)).toBe(`remove:${idOf('totp')}`);
  });

  test('an unfinished method, and a person without any, need none', () => {
    expect(
      requirementOfPurpose(
        `remove:${idOf('totp')}`,
        createSecurityMethods([wire('totp', 'PENDING_ACTIVATION')], 'v1', null),
        bare,
      ),
    ).toBeNull();
    expect(requirementOfPurpose(`remove:${idOf('sms')}`, securityMethods('totp'), bare)).toBeNull();
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
  [['pwd', 'otp', 'sms', 'mfa'], null, 2],
  [['hwk', 'user', 'mfa'], null, 4],
  [['pwd', 'mfa'], 'phr', 4],
  [['swk', 'mfa'], 'phrh', 5],
  [['hwk', 'mfa'], 'phr', 4],
  [['made-up'], 'made-up', 0],
])('a sign-in by %j with acr %s has strength %i', (amr, acr, strength) => {
  expect(strengthOfSignIn(amr, acr)).toBe(strength);
});

test('the automatic email factor of an Identity Engine org does not count as a method', () => {
  const email = (address: string) => ({ ...wire('email'), profile: { email: address } });
  const counts = (list: Wire[], engine: 'v1' | 'idx') =>
    createSecurityMethods(list, engine, 'ada@example.com').map((one) => one.counts);
  expect(counts([email('ada@example.com')], 'idx')).toEqual([false]);
  expect(counts([email('ADA@example.com')], 'idx')).toEqual([false]);
  expect(counts([email('ada@home.example')], 'idx')).toEqual([true]);
  expect(counts([email('ada@example.com')], 'v1')).toEqual([true]);
  expect(counts([wire('totp', 'PENDING_ACTIVATION')], 'idx')).toEqual([false]);
});

describe('a staff member’s own step-up', () => {
  const user = '00u00000000000000000';
  const requirement = (methods: FactorKind[], helpdeskAcr: string, purpose: PurposeText = `helpdesk:${user}`) =>
    requirementOfPurpose(purpose, securityMethods(...methods), { ...whole, helpdeskAcr });

  test.each([
    ['phr', ['webauthn', 'totp', 'sms'], 4, ['webauthn by key 4', 'okta']],
    // The portal cannot tell whether hardware protects a key.
    ['phrh', ['webauthn'], 5, ['okta']],
    ['phr', ['totp'], 4, ['okta']],
    ['phr', [], 4, ['okta']],
    ['urn:okta:loa:2fa:any', ['totp', 'sms', 'email', 'question'], 2, ['totp by code 3', 'sms by sent-code 2', 'okta']],
    ['urn:okta:loa:2fa:any', ['email'], 2, ['okta']],
    ['urn:okta:loa:1fa:any', ['question'], 2, ['okta']],
  ] as [string, FactorKind[], number, string[]][])('at %s, with %j: %i', (acr, methods, strength, options) => {
    const found = requirement(methods, acr)!;
    expect([found.acr, found.strength, optionsOf(found.options)]).toEqual([acr, strength, options]);
  });

  test.each([
    ['phr', ['webauthn', 'totp'], null],
    ['phrh', ['webauthn'], null],
    ['phr', ['totp', 'sms', 'question'], 'phishing_resistant'],
    ['urn:okta:loa:2fa:any', ['sms'], null],
    ['urn:okta:loa:2fa:any', ['question', 'email'], 'second_method'],
    ['urn:okta:loa:1fa:any', [], 'second_method'],
  ] as [string, FactorKind[], string | null][])('at %s, %j lack %s', (acr, methods, lacks) => {
    const factors = securityMethods(...methods).flatMap(({ members }) => members);
    expect(lackingFor(acr, factors)).toBe(lacks);
  });

  test('Okta FastPass resists phishing; what is not active counts for nothing', () => {
    const fastPass = { factorType: 'signed_nonce', provider: 'OKTA', status: 'ACTIVE' };
    expect(lackingFor('phr', [fastPass])).toBeNull();
    expect(lackingFor('phr', [{ ...fastPass, status: 'PENDING_ACTIVATION' }])).toBe('phishing_resistant');
  });

  test('returns to the page that needed it', () => {
    const back = (purpose: PurposeText) => requirement([], 'phr', purpose)!.options[0];
    expect(back(`helpdesk:${user}`)).toEqual({
      type: 'okta',
      href: `/auth/step-up?purpose=helpdesk%3A${user}&returnTo=%2Fhelpdesk%2Fpeople%2F${user}`,
    });
    expect(back('approve:AAAAAAAAAAAAAAAA')).toEqual({
      type: 'okta',
      href: '/auth/step-up?purpose=approve%3AAAAAAAAAAAAAAAAA&returnTo=%2Fhelpdesk%2Fapprovals',
    });
  });

  test('does not exist without a helpdesk', () => {
    expect(requirementOfPurpose(`helpdesk:${user}`, securityMethods('webauthn'), whole)).toBeNull();
  });
});

import type { PurposeText } from '#contract/purposes.ts';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { factorKinds, type FactorKind } from '#contract/kinds.ts';
import type { Factor } from '#okta/wire/factor.ts';
import { kinds } from '../../platform/kinds/registry.ts';
import { createSecurityMethods } from '../methods/security-methods.ts';
import { describeReplacement } from './replacing.ts';
import { requirementOfPurpose } from './requirement.ts';

const wire = (kind: FactorKind, index: number): Factor => {
  const { factorType = 'telepathy', provider = 'NEWCO' } = kinds[kind].wire[0] ?? {};
  return {
    id: `${String(index).padStart(3, '0')}${kind.replace(/\W/g, '')}`.padEnd(20, '0'),
    factorType,
    provider: provider === '*' ? 'OKTA' : provider,
    status: 'ACTIVE',
    vendorName: null,
    created: null,
    lastUpdated: null,
    lastVerified: null,
    profile: null,
    activation: null,
  };
};
const cases = fc.record({
  kinds: fc.array(fc.constantFrom(...factorKinds), { minLength: 1, maxLength: 8 }),
  engine: fc.constantFrom('idx' as const, 'v1' as const),
  capabilities: fc.record({ keys: fc.boolean(), plainPush: fc.boolean(), phr: fc.boolean() }),
});

it('replacing takes a step-up as strong as removing and adding do, by methods as strong', () => {
  fc.assert(
    fc.property(cases, ({ kinds: list, engine, capabilities }) => {
      const methods = createSecurityMethods(list.map(wire), engine, null);
      const need = (purpose: PurposeText) => requirementOfPurpose(purpose, methods, capabilities)!;
      for (const method of methods) {
        if (describeReplacement(method.kind, engine) === null) continue;
        const replace = need(`replace:${method.id}`);
        expect(replace.strength).toBeGreaterThanOrEqual(need(`remove:${method.id}`).strength);
        expect(replace.strength).toBeGreaterThanOrEqual(need(`enroll:${method.kind}`).strength);
        for (const option of replace.options)
          if (option.type === 'factor') expect(option.strength).toBeGreaterThanOrEqual(replace.strength);
      }
    }),
  );
});

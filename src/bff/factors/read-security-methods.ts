import type { FactorNames } from './methods/names.ts';
import type { Addresses } from '../users/addresses.ts';
import type { PortalUser } from '../users/users.ts';
import { tolerate } from '../store/failure.ts';
import { securityMethodsOf, type SecurityMethods, type Engine } from './methods/security-methods.ts';
import type { PersonFactors } from './methods/person-factors.ts';

/** What handlers get about the caller's methods; `factors` cannot name any other person. */
export type OwnMethods = {
  factors: PersonFactors;
  /** Reads them once per request. */
  securityMethods(): Promise<SecurityMethods>;
};

/** Reads a person's methods at most once per request, and deletes the names of factors that no longer exist. */
export function readSecurityMethods(
  services: { addresses: Addresses; engine: () => Promise<Engine>; names: FactorNames },
  person: PortalUser,
  factors: Pick<PersonFactors, 'list'>,
): () => Promise<SecurityMethods> {
  let reading: Promise<SecurityMethods> | null = null;
  return () =>
    (reading ??= (async () => {
      const [engine, list, names] = await Promise.all([
        services.engine(),
        factors.list(),
        services.names.of(person.id),
      ]);
      const complete = list.unreadable === 0;
      const there = new Set(list.map(({ id }) => id));
      if (complete) {
        const emails = list
          .flatMap(({ factorType, status, profile }) =>
            factorType === 'email' && status === 'ACTIVE' ? (profile?.['email'] ?? []) : [],
          )
          .filter((email) => typeof email === 'string');
        await services.addresses.note(person.id, 'method', emails).catch(() => undefined);
        const gone = [...names.keys()].filter((id) => !there.has(id));
        await tolerate(services.names.drop(person.id, gone));
      }
      return { methods: securityMethodsOf(list, engine, person.email, names), complete };
    })());
}

import { ApiError } from '#contract/errors.ts';
import type { SecurityMethods, Services } from '../context.ts';
import type { PortalUser } from '../users/users.ts';
import { tolerate } from '../store/failure.ts';
import { securityMethodsOf } from './methods/security-methods.ts';
import type { PersonFactors } from './methods/person-factors.ts';

/** Reads what somebody holds at most once for one request. Names of factors that are gone go then. */
export function readSecurityMethods(
  services: Pick<Services, 'addresses' | 'engine' | 'names'>,
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
      const emails = list.flatMap(({ factorType, status, profile }) =>
        factorType === 'email' && status === 'ACTIVE' ? (profile?.['email'] ?? []) : [],
      );
      if (complete)
        await services.addresses
          .note(
            person.id,
            'method',
            emails.filter((email) => typeof email === 'string'),
          )
          .catch(() => undefined);
      if (complete)
        await tolerate(
          services.names.drop(
            person.id,
            [...names.keys()].filter((id) => !there.has(id)),
          ),
        );
      return { methods: securityMethodsOf(list, engine, person.email, names), complete };
    })());
}

/**
 * First factor: whoever seems to have none may add one with a fresh sign-in alone. So "none" must be sure: not a list
 * that policy hides from us (the user then offers `resetFactors` all the same), nor one we could not read.
 */
export function assertNoMethods({ methods, complete }: SecurityMethods, person: PortalUser): void {
  if (methods.some(({ counts }) => counts)) return;
  if (!complete || (methods.length === 0 && person.hasFactors)) {
    throw new ApiError('forbidden', 'Your methods cannot all be seen from here, so none can be added.');
  }
}

import { ApiError } from '#contract/errors.ts';
import type { SecurityMethods, Services } from '../context.ts';
import type { PortalUser } from '../users/users.ts';
import { tolerate } from '../store/failure.ts';
import { securityMethodsOf } from './methods/security-methods.ts';
import type { PersonFactors } from './methods/person-factors.ts';

/** Reads a person's methods at most once per request, and deletes the names of factors that no longer exist. */
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
 * A person without a method may add the first one after a fresh sign-in alone, so "none" must be certain. A policy can
 * hide the list (the user then still offers `resetFactors`), and the list may be unreadable.
 */
export function assertNoMethods({ methods, complete }: SecurityMethods, person: PortalUser): void {
  if (methods.some(({ counts }) => counts)) return;
  if (!complete || (methods.length === 0 && person.hasFactors)) {
    throw new ApiError('forbidden', 'Your methods cannot all be seen from here, so none can be added.');
  }
}

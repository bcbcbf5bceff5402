import type { Factor } from '#okta/wire/factor.ts';
import type { FactorNotes } from '../../identity/methods/notes.ts';
import type { MethodRecords } from '../../identity/sessions/sessions.ts';
import type { Addresses } from '../../identity/users/addresses.ts';
import type { PortalUser } from '../../identity/users/users.ts';
import { tolerate } from '../../platform/store/failure.ts';
import {
  createSecurityMethods,
  type Engine,
  type SecurityMethod,
  type SecurityMethods,
} from '../../identity/methods/security-methods.ts';
import type { PersonFactors } from '../../identity/methods/person-factors.ts';

/** `factors` are this person's only, so a handler cannot act for another person. */
export type OwnMethods = {
  factors: PersonFactors;
  /** Read from Okta at most once per request. */
  securityMethods(): Promise<SecurityMethods>;
};

function emailsIn(list: readonly Factor[]): string[] {
  const emails: string[] = [];
  for (const { factorType, status, profile } of list) {
    const email = factorType === 'email' && status === 'ACTIVE' ? profile?.['email'] : null;
    if (typeof email === 'string') emails.push(email);
  }
  return emails;
}

/**
 * Also deletes the notes of factors that no longer exist. `records`: the person's rows in the store, if already read.
 */
export function readSecurityMethods(
  services: {
    addresses: Addresses;
    engine: () => Promise<Engine>;
    notes: FactorNotes;
    /** Returns ids of factors that must still be cancelled at Okta. */
    factorsToCancel(
      userId: string,
      methods: readonly SecurityMethod[],
      known?: MethodRecords['cancellation'],
    ): Promise<ReadonlySet<string>>;
  },
  person: PortalUser,
  factors: Pick<PersonFactors, 'list'>,
  records?: MethodRecords,
): () => Promise<SecurityMethods> {
  let reading: Promise<SecurityMethods> | null = null;
  return () =>
    (reading ??= (async () => {
      const [engine, list, notes] = await Promise.all([
        services.engine(),
        factors.list(),
        records?.notes ?? services.notes.of(person.id),
      ]);
      const complete = list.unreadable === 0;
      if (complete) {
        const emails = emailsIn(list);
        await services.addresses.record(person.id, 'method', emails, null, records?.addresses).catch(() => undefined);
        const gone = [...notes.keys()].filter((id) => !list.some((factor) => factor.id === id));
        await tolerate(services.notes.drop(person.id, gone));
      }
      const methods = createSecurityMethods(list, engine, person.email, notes);
      const cancelled = await services.factorsToCancel(person.id, methods, records?.cancellation);
      if (cancelled.size === 0) return { methods, complete };
      // A factor to cancel is shown as unfinished even if Okta says ACTIVE, because somebody else may have activated
      // it.
      const marked = list.map((one) => (cancelled.has(one.id) ? { ...one, status: 'PENDING_ACTIVATION' } : one));
      return { methods: createSecurityMethods(marked, engine, person.email, notes), complete };
    })());
}

import type { FreezeLinks } from '../../../records/notifications/enqueue.ts';
import type { Addresses } from '../../../identity/users/addresses.ts';
import type { Freezes } from './freezes.ts';

/**
 * Creates the freeze links of notices about a person's own changes. They go only where a recovery code may go: a young
 * address may be a thief's, who could then lock the owner's methods.
 * @param baseUrl null where there is no helpdesk: nobody could unfreeze
 */
export function createFreezeLinks(
  freezes: Pick<Freezes, 'link' | 'of'>,
  addresses: Pick<Addresses, 'old'>,
  baseUrl: string | null,
): FreezeLinks {
  return {
    async make(person, tx) {
      if (baseUrl === null || (await freezes.of(person.id, tx)) !== null) return null;
      const old = await addresses.old(person, tx);
      if (old.length === 0) return null;
      return { addresses: old, url: `${baseUrl}/freeze/${await freezes.link(person, tx)}` };
    },
  };
}

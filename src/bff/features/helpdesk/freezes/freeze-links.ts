import type { FreezeLinks } from '../../../records/notifications/enqueue.ts';
import type { Addresses } from '../../../identity/users/addresses.ts';
import type { Freezes } from './freezes.ts';

/**
 * Only old addresses get a freeze link, because a recent address may be a thief's.
 * `baseUrl`: null without a helpdesk, because nobody could unfreeze.
 */
export function createFreezeLinks(
  freezes: Pick<Freezes, 'linkUnlessFrozen'>,
  addresses: Pick<Addresses, 'old'>,
  baseUrl: string | null,
): FreezeLinks {
  return {
    async make(person, tx) {
      const old = baseUrl === null ? [] : await addresses.old(person, tx);
      const token = old.length === 0 ? null : await freezes.linkUnlessFrozen(person, tx);
      return token === null ? null : { addresses: old, url: `${baseUrl}/freeze/${token}` };
    },
  };
}

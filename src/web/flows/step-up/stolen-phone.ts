import { useQuery } from '@tanstack/react-query';
import { addresses, type Factor } from '#contract/endpoints.ts';
import { homeQueries } from '../../api/queries.ts';

/** Marks an address that is opened from the page about a stolen phone, which its page then leads back to. */
export const fromStolenPhone = '?stolen';

/** Whether a thief of the phone lacks the method. Email may be open on the phone. */
export const isAwayFromPhone = ({ kind, location }: Factor): boolean =>
  kind !== 'email' && location?.at !== 'phone' && location?.at !== 'unknown';

/**
 * Returns whether a page may suggest a method: always, but about a stolen phone only what is known to be elsewhere.
 * @param here path and query of the page
 */
export function useSuggestible(here: string): (factorId: string) => boolean {
  // The page about the stolen phone fetched it. After a reload nothing is known, and nothing is suggested.
  const { data: home } = useQuery({ ...homeQueries.page(), enabled: false });
  if (!here.startsWith(addresses.stolenPhone) && !here.endsWith(fromStolenPhone)) return () => true;
  return (factorId) => home?.factors.some((factor) => factor.id === factorId && isAwayFromPhone(factor)) === true;
}

import { useQuery } from '@tanstack/react-query';
import { addresses, type Factor } from '#contract/endpoints.ts';
import { homeQueries } from '../../api/queries.ts';

/** Whether the method is safe if the phone is stolen. Email is not: it may be open on the phone. */
export const isAwayFromPhone = ({ kind, location }: Factor): boolean =>
  kind !== 'email' && location !== 'phone' && location !== 'unknown';

type Option = { factorId: string; strength: number; verificationType: string | null };

/** Whether an option sends no message and makes no call. */
const isSilent = ({ verificationType }: Option): boolean => verificationType === 'key' || verificationType === 'code';

/**
 * Orders options: suggested options first, then by strength, then those that send no message and make no call. Also
 * returns the CSS classes of an option's button. On the stolen-phone page, only methods that are known to be elsewhere
 * are suggested.
 * @param here path and query of the page
 * @param isMain whether an option's button may be the page's primary button
 */
export function useSuggestions(here: string, isMain: boolean) {
  // The stolen-phone page has fetched this data. After a reload it is missing, and nothing is suggested.
  const { data: home } = useQuery({ ...homeQueries.page(), enabled: false });
  const isStolen = here.startsWith(addresses.stolenPhone);
  const suggests = (id: string): boolean =>
    !isStolen || home?.factors.some((factor) => factor.id === id && isAwayFromPhone(factor)) === true;
  return {
    suggests,
    order: <T extends Option>(options: readonly T[]): T[] =>
      options.toSorted(
        (one, other) =>
          Number(suggests(other.factorId)) - Number(suggests(one.factorId)) ||
          other.strength - one.strength ||
          Number(isSilent(other)) - Number(isSilent(one)),
      ),
    getVariant: (factorId: string): string => (isMain && suggests(factorId) ? 'button primary' : 'button'),
  };
}

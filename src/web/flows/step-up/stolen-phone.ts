import { useQuery } from '@tanstack/react-query';
import { addresses, type Factor } from '#contract/endpoints.ts';
import { homeQueries } from '../../api/queries.ts';

/** Email is not safe if the phone is stolen, because the mailbox may be open on the phone. */
export const isAwayFromPhone = ({ kind, location }: Factor): boolean =>
  kind !== 'email' && location !== 'phone' && location !== 'unknown';

type Option = { factorId: string; strength: number; verificationType: string | null };

const isSilent = ({ verificationType }: Option): boolean => verificationType === 'key' || verificationType === 'code';

/**
 * `order` puts suggested options first, then stronger ones, then those that send no message and make no call. On the
 * stolen-phone page, only methods that are known to be elsewhere are suggested. `here`: path and query.
 */
export function useSuggestions(here: string, isMain: boolean) {
  // After a reload this data is missing, and nothing is suggested.
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

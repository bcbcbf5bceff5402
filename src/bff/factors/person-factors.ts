import { ApiError } from '#contract/errors.ts';
import type { EnrollBody } from '#contract/endpoints.ts';
import type { OktaClient } from '#okta/client.ts';
import type { Factor, FactorList } from '#okta/wire/factor.ts';
import type { SupportedFactor as WireSupported } from '#okta/wire/supported-factor.ts';
import type { CallContext } from '#okta/transport/request-headers.ts';
import type { Clock } from '#clock';
import { apiErrorOf } from '../errors.ts';
import { kinds } from './kinds.ts';

const CATALOG_MS = 5 * 60_000;
const MOST_CATALOGS = 10_000;

/**
 * The org's factors of one person. Handlers get this and nothing else of the org, so that none of them *can* name another person:
 * the administrator's credential behind it is held to the session's subject here, once.
 */
export type PersonFactors = {
  /** With the number of entries that could not be read: none must not be mistaken for nothing. */
  list(): Promise<FactorList>;
  /** What the org offers, as at most five minutes ago, or as now: what is REQUIRED decides over a removal. */
  catalog(now?: boolean): Promise<WireSupported[]>;
  enroll(body: EnrollBody): Promise<Factor>;
  activate(factorId: string, passCode: string): Promise<Factor>;
  verify(factorId: string, passCode: string): Promise<void>;
  remove(factorId: string): Promise<void>;
};

export type FactorsOf = {
  (userId: string, context: CallContext): PersonFactors;
  /** Asks anew what the org offers. */
  forget(): void;
};

/** @returns a maker of such clients; each rejects with an ApiError only. */
export function createFactorsOf(okta: OktaClient, clock: Clock): FactorsOf {
  const catalogs = new Map<string, { readAt: number; entries: WireSupported[] }>();
  const api = okta.userFactorApi;

  const factorsOf = (userId: string, context: CallContext): PersonFactors => {
    const ours = async <T>(call: Promise<T>): Promise<T> => {
      try {
        return await call;
      } catch (error) {
        throw apiErrorOf(error, clock.now());
      }
    };
    return {
      list: () => ours(api.listFactors({ userId }, context)),
      async catalog(now = false) {
        const known = catalogs.get(userId);
        if (!now && known && clock.now() - known.readAt < CATALOG_MS) return known.entries;
        const entries = await ours(api.listSupportedFactors({ userId }, context));
        catalogs.delete(userId);
        catalogs.set(userId, { readAt: clock.now(), entries });
        if (catalogs.size > MOST_CATALOGS) catalogs.delete(catalogs.keys().next().value!);
        return entries;
      },
      async enroll(body) {
        const wire = kinds[body.kind].enroll?.(body);
        if (!wire) throw new ApiError('bad_request', 'This kind cannot be added here.');
        return ours(api.enrollFactor({ userId, body: wire }, context));
      },
      async activate(factorId, passCode) {
        const active = await ours(api.activateFactor({ userId, factorId, body: { passCode } }, context));
        catalogs.delete(userId);
        return active;
      },
      async verify(factorId, passCode) {
        const { factorResult } = await ours(api.verifyFactor({ userId, factorId, body: { passCode } }, context));
        if (factorResult !== 'SUCCESS') throw new ApiError('wrong_code', 'That code is not right.');
      },
      async remove(factorId) {
        await ours(api.deleteFactor({ userId, factorId }, context));
        // The catalog says of each kind whether it is set up: what is gone can be added again at once.
        catalogs.delete(userId);
      },
    };
  };
  return Object.assign(factorsOf, { forget: () => catalogs.clear() });
}

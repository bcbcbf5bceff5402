import { ApiError } from '#contract/errors.ts';
import type { EnrollBody } from '#contract/endpoints.ts';
import type { OktaClient } from '#okta/client.ts';
import { verifySends, type ActivateFactorBody, type VerifyFactorBody } from '#okta/factor-bodies.ts';
import type { Factor } from '#okta/wire/factor.ts';
import type { SupportedFactor as WireSupported } from '#okta/wire/supported-factor.ts';
import type { CallContext } from '#okta/transport/request-headers.ts';
import type { Clock } from '#clock';
import { toApiError } from '../../platform/errors/api-errors.ts';
import { createFreshCache } from '../../platform/cache/fresh-cache.ts';
import type { EnrollAbout } from '../../platform/kinds/kind.ts';
import { kinds } from '../../platform/kinds/registry.ts';
import { createQuestions } from './questions.ts';

const CATALOG_MS = 5 * 60_000;
const MOST_CATALOGS = 10_000;

/** `tokenLifetimeSeconds`: how long a code sent by email is valid. */
type VerifyOptions = { tokenLifetimeSeconds?: number };

/** Handlers get only this client, so they cannot use the administrator's credential for another person. */
export type PersonFactors = ReturnType<GetPersonFactors>;
export type GetPersonFactors = ReturnType<typeof preparePersonFactors>;

type Catalogs = ReturnType<typeof createFreshCache<WireSupported[]>>;
type Parts = {
  api: OktaClient['userFactorApi'];
  clock: Clock;
  catalogs: Catalogs;
  userId: string;
  context: CallContext;
};

/** Rejects with an ApiError. `sends`: whether the call sends a message. */
async function awaitAnswer<T>({ clock }: Parts, call: Promise<T>, sends = false): Promise<T> {
  try {
    return await call;
  } catch (error) {
    throw toApiError(error, clock.now(), sends);
  }
}

/** These calls drop the cached catalog, because they may change what Okta offers. */
const enrollmentCalls = (parts: Parts) => {
  const { api, catalogs, userId, context } = parts;
  return {
    async enroll(body: EnrollBody, owner: EnrollAbout): Promise<Factor> {
      const { enroll, sendsTo, resendAfterMs, badProfile } = kinds[body.kind];
      if (!enroll) throw new ApiError('bad_request');
      const call = api.enrollFactor({ userId, sends: sendsTo !== null, ...enroll(body as never, owner) }, context);
      const made = await awaitAnswer(parts, call, resendAfterMs > 0).catch((error: ApiError) => {
        // Okta's `Invalid Profile.` names no field. `badProfile` is this kind's error for that answer.
        throw error.code === 'bad_answer' ? new ApiError(badProfile, {}, { cause: error.cause }) : error;
      });
      catalogs.delete(userId);
      return made;
    },
    async activate(factorId: string, body: ActivateFactorBody): Promise<Factor> {
      const active = await awaitAnswer(parts, api.activateFactor({ userId, factorId, body }, context));
      catalogs.delete(userId);
      return active;
    },
    resend: (factorId: string) => awaitAnswer(parts, api.resendEnrollFactor({ userId, factorId }, context), true),
    async pollActivation(factorId: string) {
      const state = await awaitAnswer(parts, api.pollFactorActivation({ userId, factorId }, context));
      if (state.factor) catalogs.delete(userId);
      return state;
    },
    qr: async (href: string): Promise<Uint8Array> => (await awaitAnswer(parts, api.getQrCode({ href }, context))).png,
    /** Returns when the link expires (ISO 8601), if Okta says so. */
    sendLink: (factorId: string, to: { channel: 'sms'; to: string } | { channel: 'email' }) =>
      awaitAnswer(
        parts,
        api.sendActivationLink(
          {
            userId,
            factorId,
            channel: to.channel,
            ...(to.channel === 'sms' && { body: { profile: { phoneNumber: to.to } } }),
          },
          context,
        ),
        true,
      ),
    async remove(factorId: string): Promise<void> {
      await awaitAnswer(parts, api.deleteFactor({ userId, factorId }, context));
      catalogs.delete(userId);
    },
  };
};

const verificationCalls = (parts: Parts) => {
  const { api, userId, context } = parts;
  return {
    /** A body without an answer asks for a challenge. Rejects with `wrong_code`. Other results are in the reply. */
    verify: (factorId: string, body: VerifyFactorBody, options: VerifyOptions = {}) =>
      awaitAnswer(parts, api.verifyFactor({ userId, factorId, body, ...options }, context), verifySends(body)),
    transaction: (factorId: string, transactionId: string) =>
      awaitAnswer(parts, api.getFactorTransactionStatus({ userId, factorId, transactionId }, context)),
    cancel: (factorId: string, transactionId: string) =>
      awaitAnswer(parts, api.cancelFactorTransaction({ userId, factorId, transactionId }, context)),
  };
};

/** The client's calls reject only with ApiErrors. */
export function preparePersonFactors(okta: OktaClient, clock: Clock) {
  const catalogs = createFreshCache<WireSupported[]>(clock, { ms: CATALOG_MS, max: MOST_CATALOGS });
  const api = okta.userFactorApi;
  const questions = createQuestions(okta, clock);

  const getPersonFactors = (userId: string, context: CallContext) => {
    const parts = { api, clock, catalogs, userId, context };
    // Other requests may wait for the same answer, so this browser's disconnect must not abort the call.
    const shared = (): CallContext => {
      const { signal: _signal, ...rest } = context;
      return rest;
    };
    return {
      list: () => awaitAnswer(parts, api.listFactors({ userId }, context)),
      /** The kinds that Okta offers, at most five minutes old. `now`: asks Okta instead of the cache. */
      catalog: (now?: boolean) => catalogs.get(userId, () => api.listSupportedFactors({ userId }, shared()), now),
      /** At most an hour old. Throws `managed_at_okta` if the portal may not read the questions. */
      questions: () => questions.read(userId, shared()),
      ...enrollmentCalls(parts),
      ...verificationCalls(parts),
    };
  };
  return Object.assign(getPersonFactors, {
    /** False if the credential may not read the org's questions. */
    asksQuestions: questions.allowed,
    forget: (userId?: string): void => {
      if (userId !== undefined) {
        catalogs.delete(userId);
        return;
      }
      catalogs.clear();
      questions.forget();
    },
  });
}

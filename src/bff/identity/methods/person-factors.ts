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

/** Lifetime of a code sent by email, in seconds. */
type VerifyOptions = { tokenLifetimeSeconds?: number };

/**
 * One person's factors at Okta. Handlers get only this, so they cannot name another person: the administrator's
 * credential behind it is bound to the session's subject here.
 */
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

/** Waits for a call; its error becomes an ApiError. `sends`: whether the call sends a message. */
async function awaitAnswer<T>({ clock }: Parts, call: Promise<T>, sends = false): Promise<T> {
  try {
    return await call;
  } catch (error) {
    throw toApiError(error, clock.now(), sends);
  }
}

/** The calls that enroll, activate and remove a factor. They change the catalog. */
const enrollmentCalls = (parts: Parts) => {
  const { api, catalogs, userId, context } = parts;
  return {
    async enroll(body: EnrollBody, about: EnrollAbout): Promise<Factor> {
      const { enroll, sendsTo, resendAfterMs, badProfile } = kinds[body.kind];
      if (!enroll) throw new ApiError('bad_request');
      const call = api.enrollFactor({ userId, sends: sendsTo !== null, ...enroll(body as never, about) }, context);
      const made = await awaitAnswer(parts, call, resendAfterMs > 0).catch((error: ApiError) => {
        // `Invalid Profile.` does not say which field is wrong; the kind knows what its profile holds.
        throw error.code === 'bad_answer' ? new ApiError(badProfile, {}, { cause: error.cause }) : error;
      });
      // The catalog shows a factor that is active at once, and a newly stored number.
      catalogs.delete(userId);
      return made;
    },
    async activate(factorId: string, body: ActivateFactorBody): Promise<Factor> {
      const active = await awaitAnswer(parts, api.activateFactor({ userId, factorId, body }, context));
      catalogs.delete(userId);
      return active;
    },
    /** Sends a pending factor's code once more. */
    resend: (factorId: string) => awaitAnswer(parts, api.resendEnrollFactor({ userId, factorId }, context), true),
    /** Reads the state of a push enrollment. */
    async pollActivation(factorId: string) {
      const state = await awaitAnswer(parts, api.pollFactorActivation({ userId, factorId }, context));
      if (state.factor) catalogs.delete(userId);
      return state;
    },
    /** Reads the picture at an address that the enrollment returned. */
    qr: async (href: string): Promise<Uint8Array> => (await awaitAnswer(parts, api.getQrCode({ href }, context))).png,
    /** Sends the link that enrolls a phone; returns when it expires (ISO 8601), if Okta says so. */
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
      // The catalog says whether each kind is set up: a removed one can be added again at once.
      catalogs.delete(userId);
    },
  };
};

/** The calls that verify a factor. */
const verificationCalls = (parts: Parts) => {
  const { api, userId, context } = parts;
  return {
    /**
     * Sends an answer or, with a body without one, asks for a challenge. A wrong code rejects with `wrong_code`; the
     * caller must still read the result.
     */
    verify: (factorId: string, body: VerifyFactorBody, options: VerifyOptions = {}) =>
      awaitAnswer(parts, api.verifyFactor({ userId, factorId, body, ...options }, context), verifySends(body)),
    /** Reads the state of a push. */
    transaction: (factorId: string, transactionId: string) =>
      awaitAnswer(parts, api.getFactorTransactionStatus({ userId, factorId, transactionId }, context)),
    cancel: (factorId: string, transactionId: string) =>
      awaitAnswer(parts, api.cancelFactorTransaction({ userId, factorId, transactionId }, context)),
  };
};

/** @returns a function that creates such clients; each rejects only with an ApiError */
export function preparePersonFactors(okta: OktaClient, clock: Clock) {
  const catalogs = createFreshCache<WireSupported[]>(clock, { ms: CATALOG_MS, max: MOST_CATALOGS });
  const api = okta.userFactorApi;
  const questions = createQuestions(okta, clock);

  const getPersonFactors = (userId: string, context: CallContext) => {
    const parts = { api, clock, catalogs, userId, context };
    // Other callers may wait for the cached answer, so a browser that leaves does not end the call.
    const shared = (): CallContext => {
      const { signal: _signal, ...rest } = context;
      return rest;
    };
    return {
      /** Includes the number of unreadable entries, so that an unreadable list is not taken for an empty one. */
      list: () => awaitAnswer(parts, api.listFactors({ userId }, context)),
      /** What Okta offers, at most five minutes old, or read `now`: REQUIRED decides whether one can be removed. */
      catalog: (now?: boolean) => catalogs.get(userId, () => api.listSupportedFactors({ userId }, shared()), now),
      /**
       * The org's security questions in this person's language, at most an hour old. Throws `managed_at_okta` where the
       * portal may not read them.
       */
      questions: () => questions.read(userId, shared()),
      ...enrollmentCalls(parts),
      ...verificationCalls(parts),
    };
  };
  return Object.assign(getPersonFactors, {
    /** False when the credential may not read the org's questions, so that the kind cannot be offered. */
    asksQuestions: questions.allowed,
    /** Drops the cached offer of one person, or of everybody. */
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

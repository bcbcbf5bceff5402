import { ApiError } from '#contract/errors.ts';
import type { EnrollBody } from '#contract/endpoints.ts';
import type { OktaClient } from '#okta/client.ts';
import { verifySends, type ActivateFactorBody, type VerifyFactorBody } from '#okta/factor-bodies.ts';
import type { ActivationState } from '#okta/wire/activation-state.ts';
import type { Factor, FactorList } from '#okta/wire/factor.ts';
import type { SecurityQuestion, SupportedFactor as WireSupported } from '#okta/wire/supported-factor.ts';
import type { VerifyResult } from '#okta/wire/verify-result.ts';
import type { CallContext } from '#okta/transport/request-headers.ts';
import type { Clock } from '#clock';
import { apiErrorOf } from '../../errors/api-errors.ts';
import { createFreshCache } from '../../cache/fresh-cache.ts';
import type { EnrollAbout } from '../kinds/kind.ts';
import { kinds } from '../kinds/registry.ts';
import { createQuestions } from './questions.ts';

const CATALOG_MS = 5 * 60_000;
const MOST_CATALOGS = 10_000;

/** Lifetime of a code sent by email, in seconds. */
type VerifyOptions = { tokenLifetimeSeconds?: number };

/**
 * One person's factors at Okta. Handlers get only this, so they cannot name another person: the administrator's
 * credential behind it is bound to the session's subject here.
 */
export type PersonFactors = {
  /** Includes the number of unreadable entries, so that an unreadable list is not taken for an empty one. */
  list(): Promise<FactorList>;
  /** What Okta offers, at most five minutes old, or read `now`: REQUIRED decides whether a method can be removed. */
  catalog(now?: boolean): Promise<WireSupported[]>;
  /**
   * The org's security questions in this person's language, at most an hour old. Throws `managed_at_okta` where the
   * portal may not read them.
   */
  questions(): Promise<SecurityQuestion[]>;
  enroll(body: EnrollBody, about: EnrollAbout): Promise<Factor>;
  activate(factorId: string, body: ActivateFactorBody): Promise<Factor>;
  /** Sends a pending factor's code once more. */
  resend(factorId: string): Promise<Factor>;
  /** Reads the state of a push enrollment. */
  pollActivation(factorId: string): Promise<ActivationState>;
  /** Reads the picture at an address that the enrollment returned. */
  qr(href: string): Promise<Uint8Array>;
  /** Sends the link that enrolls a phone; returns when it expires (ISO 8601), if Okta says so. */
  sendLink(
    factorId: string,
    to: { channel: 'sms'; to: string } | { channel: 'email' },
  ): Promise<{ expiresAt: string | null }>;
  /**
   * Sends an answer or, with a body without one, asks for a challenge. A wrong code rejects with `wrong_code`; the
   * caller must still read the result.
   */
  verify(factorId: string, body: VerifyFactorBody, options?: VerifyOptions): Promise<VerifyResult>;
  /** Reads the state of a push. */
  transaction(factorId: string, transactionId: string): Promise<VerifyResult>;
  cancel(factorId: string, transactionId: string): Promise<void>;
  remove(factorId: string): Promise<void>;
};

export type FactorsOf = {
  (userId: string, context: CallContext): PersonFactors;
  /** False when the credential may not read the org's questions, so that the kind cannot be offered. */
  asksQuestions(): boolean;
  /** Drops the cached offer of one person, or of everybody. */
  forget(userId?: string): void;
};

/** @returns a function that creates such clients; each rejects only with an ApiError */
export function createFactorsOf(okta: OktaClient, clock: Clock): FactorsOf {
  const catalogs = createFreshCache<WireSupported[]>(clock, { ms: CATALOG_MS, max: MOST_CATALOGS });
  const api = okta.userFactorApi;
  const questions = createQuestions(okta, clock);

  const factorsOf = (userId: string, context: CallContext): PersonFactors => {
    // Other callers may wait for the cached answer, so a browser that leaves does not end the call.
    const { signal: _signal, ...shared } = context;
    const ours = async <T>(call: Promise<T>, sends = false): Promise<T> => {
      try {
        return await call;
      } catch (error) {
        throw apiErrorOf(error, clock.now(), sends);
      }
    };
    return {
      list: () => ours(api.listFactors({ userId }, context)),
      catalog: (now) => catalogs.get(userId, () => api.listSupportedFactors({ userId }, shared), now),
      questions: () => questions.read(userId, shared),
      async enroll(body, about) {
        const { enroll, resendAfterMs, badProfile } = kinds[body.kind];
        if (!enroll) throw new ApiError('bad_request', 'This kind cannot be added here.');
        const call = api.enrollFactor({ userId, ...enroll(body as never, about) }, context);
        const made = await ours(call, resendAfterMs > 0).catch((error: ApiError) => {
          // `Invalid Profile.` does not say which field is wrong; the kind knows what its profile holds.
          throw error.code === 'bad_answer'
            ? new ApiError(badProfile, error.message, {}, { cause: error.cause })
            : error;
        });
        // The catalog shows a factor that is active at once, and a newly stored number.
        catalogs.delete(userId);
        return made;
      },
      async activate(factorId, body) {
        const active = await ours(api.activateFactor({ userId, factorId, body }, context));
        catalogs.delete(userId);
        return active;
      },
      resend: (factorId) => ours(api.resendEnrollFactor({ userId, factorId }, context), true),
      async pollActivation(factorId) {
        const state = await ours(api.pollFactorActivation({ userId, factorId }, context));
        if (state.factor) catalogs.delete(userId);
        return state;
      },
      qr: async (href) => (await ours(api.getQrCode({ href }, context))).png,
      sendLink: (factorId, to) =>
        ours(
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
      verify: (factorId, body, options = {}) =>
        ours(api.verifyFactor({ userId, factorId, body, ...options }, context), verifySends(body)),
      transaction: (factorId, transactionId) =>
        ours(api.getFactorTransactionStatus({ userId, factorId, transactionId }, context)),
      cancel: (factorId, transactionId) =>
        ours(api.cancelFactorTransaction({ userId, factorId, transactionId }, context)),
      async remove(factorId) {
        await ours(api.deleteFactor({ userId, factorId }, context));
        // The catalog says whether each kind is set up: a removed one can be added again at once.
        catalogs.delete(userId);
      },
    };
  };
  return Object.assign(factorsOf, {
    asksQuestions: questions.allowed,
    forget: (userId?: string) => {
      if (userId !== undefined) {
        catalogs.delete(userId);
        return;
      }
      catalogs.clear();
      questions.forget();
    },
  });
}

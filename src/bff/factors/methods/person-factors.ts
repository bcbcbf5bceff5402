import { ApiError } from '#contract/errors.ts';
import type { EnrollBody } from '#contract/endpoints.ts';
import type { OktaClient } from '#okta/client.ts';
import { verifySends } from '#okta/factor-bodies.ts';
import type { ActivateFactorBody, VerifyFactorBody } from '#okta/factor-bodies.ts';
import type { ActivationState } from '#okta/wire/activation-state.ts';
import type { Factor, FactorList } from '#okta/wire/factor.ts';
import type { SecurityQuestion, SupportedFactor as WireSupported } from '#okta/wire/supported-factor.ts';
import type { VerifyResult } from '#okta/wire/verify-result.ts';
import type { CallContext } from '#okta/transport/request-headers.ts';
import type { Clock } from '#clock';
import { apiErrorOf } from '../../errors/api-errors.ts';
import { createFreshCache } from '../../fresh-cache.ts';
import type { EnrollAbout } from '../kinds/kind.ts';
import { kinds } from '../kinds/registry.ts';
import { createQuestions } from './questions.ts';

const CATALOG_MS = 5 * 60_000;
const MOST_CATALOGS = 10_000;

/** How long a code sent by mail lives, in seconds. */
type VerifyOptions = { tokenLifetimeSeconds?: number };

/**
 * The org's factors of one person. Handlers get this and nothing else of the org, so that none of them *can* name
 * another person: the administrator's credential behind it is held to the session's subject here, once.
 */
export type PersonFactors = {
  /** With the number of entries that could not be read: none must not be mistaken for nothing. */
  list(): Promise<FactorList>;
  /** What the org offers, as at most five minutes ago, or as now: what is REQUIRED decides over a removal. */
  catalog(now?: boolean): Promise<WireSupported[]>;
  /**
   * The org's security questions in this person's language, as at most an hour ago. Throws `managed_at_okta` where we
   * may not read them.
   */
  questions(): Promise<SecurityQuestion[]>;
  enroll(body: EnrollBody, about: EnrollAbout): Promise<Factor>;
  activate(factorId: string, body: ActivateFactorBody): Promise<Factor>;
  /** Sends a pending factor's code once more. */
  resend(factorId: string): Promise<Factor>;
  /** How far a push enrollment has come. */
  pollActivation(factorId: string): Promise<ActivationState>;
  /** The picture at an address that enrolling gave. */
  qr(href: string): Promise<Uint8Array>;
  /** Sends the link that enrolls a phone; gives until when it is good (ISO 8601), where the org says so. */
  sendLink(
    factorId: string,
    to: { channel: 'sms'; to: string } | { channel: 'email' },
  ): Promise<{ expiresAt: string | null }>;
  /**
   * Answers, or (with nothing that answers) asks for a challenge. A wrong code rejects with `wrong_code`; the result is
   * still to be read.
   */
  verify(factorId: string, body: VerifyFactorBody, options?: VerifyOptions): Promise<VerifyResult>;
  /** How a push stands. */
  transaction(factorId: string, transactionId: string): Promise<VerifyResult>;
  cancel(factorId: string, transactionId: string): Promise<void>;
  remove(factorId: string): Promise<void>;
};

export type FactorsOf = {
  (userId: string, context: CallContext): PersonFactors;
  /** False when our credential may not read the org's questions, so that the kind cannot be offered. */
  asksQuestions(): boolean;
  /** Asks anew what the org offers: that person, or everybody. */
  forget(userId?: string): void;
};

/** @returns a maker of such clients; each rejects with an ApiError only. */
export function createFactorsOf(okta: OktaClient, clock: Clock): FactorsOf {
  const catalogs = createFreshCache<WireSupported[]>(clock, { ms: CATALOG_MS, max: MOST_CATALOGS });
  const api = okta.userFactorApi;
  const questions = createQuestions(okta, clock);

  const factorsOf = (userId: string, context: CallContext): PersonFactors => {
    // Others may wait for what is kept: a browser that goes away does not end it.
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
          // `Invalid Profile.` says no more than that; what a profile holds, the kind knows.
          throw error.code === 'bad_answer'
            ? new ApiError(badProfile, error.message, {}, { cause: error.cause })
            : error;
        });
        // What is on at once, and a number that is now on file, show in the catalog.
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
        // The catalog says of each kind whether it is set up: what is gone can be added again at once.
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

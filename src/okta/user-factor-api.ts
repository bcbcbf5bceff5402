import { fillPath, queryOf } from './path.ts';
import type { CallContext } from './transport/request-headers.ts';
import { readNothing } from './transport/reply.ts';
import type { Transport } from './transport/transport.ts';
import { readFactor, readFactors, type Factor, type FactorList } from './wire/factor.ts';
import { readSecurityQuestions, readSupportedFactors, type SecurityQuestion, type SupportedFactor } from './wire/supported-factor.ts';
import { readVerifyResult, type VerifyResult } from './wire/verify-result.ts';

export type EnrollFactorParameters = {
  userId: string;
  /** `{ factorType, provider, profile?, verify?, factorProfileId? }` as the wire has it. */
  body: object;
  /** Replaces the stored phone number; heeded only while no active factor uses it. */
  updatePhone?: boolean;
  /** A custom SMS template; Okta falls back to its own when it knows none by this id. */
  templateId?: string;
  /** Life of an emailed code in seconds, 1 to 86400; Okta's default is 300. */
  tokenLifetimeSeconds?: number;
  /** Active at once, nothing sent; for sms, call, email and `token:hotp`. */
  activate?: boolean;
};

export type VerifyFactorParameters = {
  userId: string;
  factorId: string;
  /** `{ passCode }`, `{ answer }`, a security key's three fields, or nothing, which asks for a challenge. */
  body?: object;
  templateId?: string;
  tokenLifetimeSeconds?: number;
};

/**
 * The nine operations on one person's factors, by the names of the Node SDK's documents. Ids that are none throw a TypeError before
 * anything is sent; everything else rejects with an OktaError. 404 `E0000007` is an unknown person or factor, 403 `E0000068` a wrong code
 * or answer, 403 `E0000069` a locked person, 429 `E0000047` the org's limit or the sixth activation in five minutes.
 */
export type UserFactorApi = {
  /** Active and pending factors, without pages. An empty list may also mean that policy shows us none. */
  listFactors(parameters: { userId: string }, context?: CallContext): Promise<FactorList>;
  /** The catalog: what the person's policy allows, enrolled or not. */
  listSupportedFactors(parameters: { userId: string }, context?: CallContext): Promise<SupportedFactor[]>;
  /** Needs an API token: a service app has no scope for it, as published. */
  listSupportedSecurityQuestions(parameters: { userId: string }, context?: CallContext): Promise<SecurityQuestion[]>;
  getFactor(parameters: { userId: string; factorId: string }, context?: CallContext): Promise<Factor>;
  /** What is needed to activate is in this answer's `activation` and never told again. 400 `E0000001` when the kind is set up already or not enabled. */
  enrollFactor(parameters: EnrollFactorParameters, context?: CallContext): Promise<Factor>;
  /** Take id and state from the answer: an SMS factor changes its id on activation. */
  activateFactor(parameters: { userId: string; factorId: string; body?: object }, context?: CallContext): Promise<Factor>;
  /** A wrong code is an error (403 `E0000068`), never a result; whoever reads the result still asks for `SUCCESS` by name. */
  verifyFactor(parameters: VerifyFactorParameters, context?: CallContext): Promise<VerifyResult>;
  getFactorTransactionStatus(parameters: { userId: string; factorId: string; transactionId: string }, context?: CallContext): Promise<VerifyResult>;
  /**
   * Works on pending factors too. `removeEnrollmentRecovery` is the name in the SDK's documents; the wire reads `removeRecoveryEnrollment`
   * and silently ignores the other, so the latter is sent.
   */
  deleteFactor(parameters: { userId: string; factorId: string; removeEnrollmentRecovery?: boolean }, context?: CallContext): Promise<void>;
};

const factors = '/api/v1/users/{userId}/factors';
const factor = `${factors}/{factorId}`;

export function createUserFactorApi({ send }: Transport): UserFactorApi {
  const get = async <T>(template: string, ids: Record<string, string>, read: (json: unknown) => T, context?: CallContext) =>
    send({ method: 'GET', template, path: fillPath(template, ids), read }, context);
  return {
    listFactors: ({ userId }, context) => get(factors, { userId }, readFactors, context),
    listSupportedFactors: ({ userId }, context) => get(`${factors}/catalog`, { userId }, readSupportedFactors, context),
    listSupportedSecurityQuestions: ({ userId }, context) => get(`${factors}/questions`, { userId }, readSecurityQuestions, context),
    getFactor: ({ userId, factorId }, context) => get(factor, { userId, factorId }, readFactor, context),
    getFactorTransactionStatus: (ids, context) => get(`${factor}/transactions/{transactionId}`, ids, readVerifyResult, context),

    async enrollFactor({ userId, body, updatePhone, templateId, tokenLifetimeSeconds, activate }, context) {
      const path = fillPath(factors, { userId }) + queryOf({ updatePhone, templateId, tokenLifetimeSeconds, activate });
      return send({ method: 'POST', template: factors, path, body, read: readFactor }, context);
    },
    async activateFactor({ userId, factorId, body = {} }, context) {
      const template = `${factor}/lifecycle/activate`;
      return send({ method: 'POST', template, path: fillPath(template, { userId, factorId }), body, read: readFactor }, context);
    },
    async verifyFactor({ userId, factorId, body = {}, templateId, tokenLifetimeSeconds }, context) {
      const template = `${factor}/verify`;
      const path = fillPath(template, { userId, factorId }) + queryOf({ templateId, tokenLifetimeSeconds });
      return send({ method: 'POST', template, path, body, read: readVerifyResult }, context);
    },
    async deleteFactor({ userId, factorId, removeEnrollmentRecovery }, context) {
      const path = fillPath(factor, { userId, factorId }) + queryOf({ removeRecoveryEnrollment: removeEnrollmentRecovery });
      return send({ method: 'DELETE', template: factor, path, read: readNothing }, context);
    },
  };
}

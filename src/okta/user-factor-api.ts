import { OktaError } from './wire/okta-error.ts';
import { enrollSends, verifySends } from './factor-bodies.ts';
import { fillPath, queryOf } from './wire/path.ts';
import { qrCodePath, qrCodeTemplate, readQrCode, type QrCode } from './qr-code.ts';
import type { CallContext } from './transport/request-headers.ts';
import { readNothing } from './transport/reply.ts';
import type { Transport } from './transport/transport.ts';
import type { UserFactorParameters as Parameters } from './user-factor-parameters.ts';
import { readLinkExpiry } from './wire/activation.ts';
import { readActivationState, type ActivationState } from './wire/activation-state.ts';
import { readFactor, readFactors, type Factor, type FactorList } from './wire/factor.ts';
import {
  readSecurityQuestions,
  readSupportedFactors,
  type SecurityQuestion,
  type SupportedFactor,
} from './wire/supported-factor.ts';
import { readVerifyResult, type VerifyResult } from './wire/verify-result.ts';

export type EnrollFactorParameters = Parameters['enrollFactor'];

type Operation<Name extends keyof Parameters, T> = (parameters: Parameters[Name], context?: CallContext) => Promise<T>;

/**
 * The operations on one person's factors. Names follow the Node SDK's documents, plus what only the wire has. Invalid
 * ids throw a TypeError before anything is sent; all other failures reject with an OktaError. 404 `E0000007` is an
 * unknown person or factor, 403 `E0000068` a wrong code or answer, 403 `E0000069` a locked person, 429 `E0000047` the
 * org's limit or the sixth activation in five minutes. Calls that make Okta send something (a code, a call, a link, a
 * push) are never retried; their 429 has its own wait in `retryAt`.
 */
export type UserFactorApi = {
  /** Active and pending factors, without pages. An empty list may also mean that the policy hides them. */
  listFactors: Operation<'listFactors', FactorList>;
  /** The catalog: the kinds that the person's policy allows, enrolled or not. */
  listSupportedFactors: Operation<'listSupportedFactors', SupportedFactor[]>;
  /** Needs an API token: Okta has no scope for it, so a service app is refused before anything is sent. */
  listSupportedSecurityQuestions: Operation<'listSupportedSecurityQuestions', SecurityQuestion[]>;
  getFactor: Operation<'getFactor', Factor>;
  /**
   * Only this answer has what is needed to activate, in `activation`. 400 `E0000001` when the kind is already enrolled
   * or not enabled.
   */
  enrollFactor: Operation<'enrollFactor', Factor>;
  /**
   * Take id and status from the answer: an SMS factor's id changes on activation. Poll or restart a push factor
   * instead.
   */
  activateFactor: Operation<'activateFactor', Factor>;
  /** Resends the code of a pending sms, call or email factor. */
  resendEnrollFactor: Operation<'resendEnrollFactor', Factor>;
  /** The state of a push enrollment. */
  pollFactorActivation: Operation<'pollFactorActivation', ActivationState>;
  /**
   * Restarts a push enrollment that timed out: the wire's activateFactor, but the answer is a state with a new QR
   * image.
   */
  restartFactorActivation: Operation<'restartFactorActivation', ActivationState>;
  /** Sends a phone the enrollment link, instead of the QR image. 403 `E0000233`: sms only on paid orgs. */
  sendActivationLink: Operation<'sendActivationLink', { expiresAt: string | null }>;
  /**
   * The QR image that a phone scans to enroll. The only link of an answer that is followed, under strict rules: the
   * org's own origin, a QR path, no redirect, no credential (the token in the path authorises), a PNG of 64 kB at most;
   * anything else is `bad_reply`.
   */
  getQrCode: Operation<'getQrCode', QrCode>;
  /** A wrong code is an error (403 `E0000068`), never a result; callers still compare the result with `SUCCESS`. */
  verifyFactor: Operation<'verifyFactor', VerifyResult>;
  getFactorTransactionStatus: Operation<'getFactorTransactionStatus', VerifyResult>;
  /** Cancels a push that still waits. */
  cancelFactorTransaction: Operation<'cancelFactorTransaction', void>;
  /**
   * Works on pending factors too. The SDK's documents say `removeEnrollmentRecovery`, which Okta silently ignores; the
   * wire reads `removeRecoveryEnrollment`, so that is sent.
   */
  deleteFactor: Operation<'deleteFactor', void>;
};

const factors = '/api/v1/users/{userId}/factors';
const factor = `${factors}/{factorId}`;
const activation = `${factor}/lifecycle/activate`;
const transaction = `${factor}/transactions/{transactionId}`;

export function createUserFactorApi({ origin, credentialKind, send }: Transport): UserFactorApi {
  const get = async <T>(
    template: string,
    ids: Record<string, string>,
    read: (json: unknown) => T,
    context?: CallContext,
  ) => send({ method: 'GET', template, path: fillPath(template, ids), read }, context);
  return {
    listFactors: ({ userId }, context) => get(factors, { userId }, readFactors, context),
    listSupportedFactors: ({ userId }, context) => get(`${factors}/catalog`, { userId }, readSupportedFactors, context),
    async listSupportedSecurityQuestions({ userId }, context) {
      if (credentialKind === 'private-key')
        throw new OktaError(
          'api',
          'the list of security questions needs an API token: no scope lets a service app read it',
        );
      return get(`${factors}/questions`, { userId }, readSecurityQuestions, context);
    },
    getFactor: ({ userId, factorId }, context) => get(factor, { userId, factorId }, readFactor, context),
    getFactorTransactionStatus: (ids, context) => get(transaction, ids, readVerifyResult, context),

    async enrollFactor({ userId, body, updatePhone, templateId, tokenLifetimeSeconds, activate }, context) {
      const path = fillPath(factors, { userId }) + queryOf({ updatePhone, templateId, tokenLifetimeSeconds, activate });
      return send(
        { method: 'POST', template: factors, path, body, sends: enrollSends(body, activate), read: readFactor },
        context,
      );
    },
    async activateFactor({ body = {}, ...ids }, context) {
      return send(
        { method: 'POST', template: activation, path: fillPath(activation, ids), body, read: readFactor },
        context,
      );
    },
    async resendEnrollFactor({ body = {}, templateId, ...ids }, context) {
      const template = `${factor}/resend`;
      return send(
        {
          method: 'POST',
          template,
          path: fillPath(template, ids) + queryOf({ templateId }),
          body,
          sends: true,
          read: readFactor,
        },
        context,
      );
    },
    async pollFactorActivation(ids, context) {
      const template = `${activation}/poll`;
      return send(
        { method: 'POST', template, path: fillPath(template, ids), body: {}, read: readActivationState },
        context,
      );
    },
    async restartFactorActivation(ids, context) {
      return send(
        { method: 'POST', template: activation, path: fillPath(activation, ids), body: {}, read: readActivationState },
        context,
      );
    },
    async sendActivationLink({ channel, body = {}, ...ids }, context) {
      const template = `${activation}/${channel}`;
      return send(
        { method: 'POST', template, path: fillPath(template, ids), body, sends: true, read: readLinkExpiry },
        context,
      );
    },
    async getQrCode({ href }, context) {
      const path = qrCodePath(href, origin);
      return send(
        { method: 'GET', template: qrCodeTemplate, path, anonymous: true, picture: true, read: readQrCode },
        context,
      );
    },
    async verifyFactor({ userId, factorId, body = {}, templateId, tokenLifetimeSeconds }, context) {
      const template = `${factor}/verify`;
      const path = fillPath(template, { userId, factorId }) + queryOf({ templateId, tokenLifetimeSeconds });
      return send({ method: 'POST', template, path, body, sends: verifySends(body), read: readVerifyResult }, context);
    },
    async cancelFactorTransaction(ids, context) {
      return send(
        { method: 'DELETE', template: transaction, path: fillPath(transaction, ids), read: readNothing },
        context,
      );
    },
    async deleteFactor({ userId, factorId, removeEnrollmentRecovery }, context) {
      const path =
        fillPath(factor, { userId, factorId }) + queryOf({ removeRecoveryEnrollment: removeEnrollmentRecovery });
      return send({ method: 'DELETE', template: factor, path, read: readNothing }, context);
    },
  };
}

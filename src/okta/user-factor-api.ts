import { OktaError } from './wire/okta-error.ts';
import { verifySends, type ActivateFactorBody, type VerifyFactorBody } from './factor-bodies.ts';
import { fillPath, writeQuery } from './wire/path.ts';
import { qrCodePath, qrCodeTemplate, readQrCode } from './qr-code.ts';
import type { CallContext } from './transport/request-headers.ts';
import { readNothing } from './transport/reply.ts';
import type { Call, Transport } from './transport/transport.ts';
import { readLinkExpiry } from './wire/activation.ts';
import { readActivationState } from './wire/activation-state.ts';
import { readFactor, readFactors } from './wire/factor.ts';
import { readSecurityQuestions, readSupportedFactors } from './wire/supported-factor.ts';
import { readVerifyResult } from './wire/verify-result.ts';

type OfPerson = { userId: string };
type OfFactor = { userId: string; factorId: string };

export type EnrollFactorParameters = {
  userId: string;
  /** `{ factorType, provider, profile?, verify?, factorProfileId? }` */
  body: object;
  /** Replaces the stored phone number. Only possible while no active factor uses it. */
  updatePhone?: boolean;
  /** A custom SMS template. For an unknown id, Okta uses its own template. */
  templateId?: string;
  /** Validity of an emailed code, in seconds: 1 to 86400. Okta's default is 300. */
  tokenLifetimeSeconds?: number;
  /** Activates immediately and sends nothing. For sms, call, email and `token:hotp`. */
  activate?: boolean;
  /** Whether Okta sends a code. `E0000047` may then mean that a code was requested too soon. */
  sends?: boolean;
};

type VerifyFactorParameters = OfFactor & {
  body?: VerifyFactorBody;
  templateId?: string;
  tokenLifetimeSeconds?: number;
};

const factors = '/api/v1/users/{userId}/factors';
const factor = `${factors}/{factorId}`;
const transaction = `${factor}/transactions/{transactionId}`;

const createCall =
  (send: Transport['send']) =>
  async <T>(
    method: Call<T>['method'],
    template: string,
    ids: Record<string, string>,
    read: Call<T>['read'],
    context: CallContext | undefined,
    { query = {}, ...rest }: Pick<Call<T>, 'body' | 'sends'> & { query?: Parameters<typeof writeQuery>[0] } = {},
  ): Promise<T> =>
    send({ method, template, path: fillPath(template, ids) + writeQuery(query), read, ...rest }, context);

/**
 * Throws a TypeError for an invalid id before anything is sent. An OktaError has Okta's code: 404 `E0000007` (unknown
 * person or factor), 403 `E0000068` (wrong code), 403 `E0000069` (locked person), 429 `E0000047` (the org's limit, or
 * the sixth activation in 5 min).
 */
export function createUserFactorApi({ origin, credentialKind, send }: Transport) {
  const call = createCall(send);
  return {
    /** All active and pending factors. An empty list may also mean that the policy hides them. */
    listFactors: ({ userId }: OfPerson, context?: CallContext) =>
      call('GET', factors, { userId }, readFactors, context),
    listSupportedFactors: ({ userId }: OfPerson, context?: CallContext) =>
      call('GET', `${factors}/catalog`, { userId }, readSupportedFactors, context),
    /** Needs an API token, because Okta has no scope for it. */
    async listSupportedSecurityQuestions({ userId }: OfPerson, context?: CallContext) {
      if (credentialKind === 'private-key')
        throw new OktaError(
          'api',
          'the list of security questions needs an API token: no scope lets a service app read it',
        );
      return call('GET', `${factors}/questions`, { userId }, readSecurityQuestions, context);
    },
    getFactor: (ids: OfFactor, context?: CallContext) => call('GET', factor, ids, readFactor, context),
    /** Only this answer has `activation`. 400 `E0000001` if the kind is already enrolled or not enabled. */
    enrollFactor: ({ userId, body, sends = false, ...query }: EnrollFactorParameters, context?: CallContext) =>
      call('POST', factors, { userId }, readFactor, context, { query, body, sends }),
    /** Use the answer's id: activation changes an SMS factor's id. For a push, the call restarts the enrollment. */
    activateFactor: ({ body = {}, ...ids }: OfFactor & { body?: ActivateFactorBody }, context?: CallContext) =>
      call('POST', `${factor}/lifecycle/activate`, ids, readFactor, context, { body }),
    /** For pending sms, call and email factors. The spec requires the body, but Okta does not. */
    resendEnrollFactor: (
      { body = {}, templateId, ...ids }: OfFactor & { body?: object; templateId?: string },
      context?: CallContext,
    ) => call('POST', `${factor}/resend`, ids, readFactor, context, { query: { templateId }, body, sends: true }),
    pollFactorActivation: (ids: OfFactor, context?: CallContext) =>
      call('POST', `${factor}/lifecycle/activate/poll`, ids, readActivationState, context, { body: {} }),
    /** The body is `{ profile: { phoneNumber } }` for sms, and empty for email. 403 `E0000233` on free orgs. */
    sendActivationLink: (
      { channel, body = {}, ...ids }: OfFactor & { channel: 'sms' | 'email'; body?: object },
      context?: CallContext,
    ) => call('POST', `${factor}/lifecycle/activate/${channel}`, ids, readLinkExpiry, context, { body, sends: true }),
    /** No credential is sent, because the token in the path authorizes. Anything but a small PNG is `bad_reply`. */
    async getQrCode({ href }: { href: string }, context?: CallContext) {
      const path = qrCodePath(href, origin);
      const call = { method: 'GET', template: qrCodeTemplate, path, anonymous: true, picture: true } as const;
      return send({ ...call, read: readQrCode }, context);
    },
    /**
     * An empty body requests a challenge. Callers must compare the result with `SUCCESS`. 403 `E0000068`: a wrong code.
     */
    verifyFactor: ({ userId, factorId, body = {}, ...query }: VerifyFactorParameters, context?: CallContext) =>
      call('POST', `${factor}/verify`, { userId, factorId }, readVerifyResult, context, {
        query,
        body,
        sends: verifySends(body),
      }),
    getFactorTransactionStatus: (ids: OfFactor & { transactionId: string }, context?: CallContext) =>
      call('GET', transaction, ids, readVerifyResult, context),
    cancelFactorTransaction: (ids: OfFactor & { transactionId: string }, context?: CallContext) =>
      call('DELETE', transaction, ids, readNothing, context),
    /** Also for pending factors. The parameter has the SDK documents' name, which Okta itself would silently ignore. */
    deleteFactor: (
      { removeEnrollmentRecovery, ...ids }: OfFactor & { removeEnrollmentRecovery?: boolean },
      context?: CallContext,
    ) =>
      call('DELETE', factor, ids, readNothing, context, {
        query: { removeRecoveryEnrollment: removeEnrollmentRecovery },
      }),
  };
}

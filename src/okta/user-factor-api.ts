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
  /** `{ factorType, provider, profile?, verify?, factorProfileId? }`, as Okta's API takes it. */
  body: object;
  /** Replaces the stored phone number. Only possible while no active factor uses the number. */
  updatePhone?: boolean;
  /** The id of a custom SMS template. For an unknown id, Okta uses its own template. */
  templateId?: string;
  /** How long an emailed code is valid, in seconds, 1 to 86400. Okta's default is 300. */
  tokenLifetimeSeconds?: number;
  /** Activates immediately and sends nothing. For sms, call, email and `token:hotp`. */
  activate?: boolean;
  /** Whether Okta sends a code. A refusal with `E0000047` may then mean that the code was requested too soon. */
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

/** Sends one call; `query` is added to the filled path. */
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
 * The operations on one person's factors. Names are those of the Node SDK's documents if the SDK has the operation. An
 * invalid id throws a TypeError before anything is sent; other failures reject with an OktaError. 404 `E0000007`: an
 * unknown person or factor. 403 `E0000068`: a wrong code or answer. 403 `E0000069`: a locked person. 429 `E0000047`:
 * the org's limit, or the sixth activation in five minutes. Calls that make Okta send something (a code, a call, a
 * link, a push) are never retried; their 429 has its own wait in `retryAt`.
 */
export function createUserFactorApi({ origin, credentialKind, send }: Transport) {
  const call = createCall(send);
  return {
    /** Active and pending factors, unpaged. An empty list may also mean that the policy hides the factors. */
    listFactors: ({ userId }: OfPerson, context?: CallContext) =>
      call('GET', factors, { userId }, readFactors, context),
    /** The catalog: the kinds that the person's policy allows, whether enrolled or not. */
    listSupportedFactors: ({ userId }: OfPerson, context?: CallContext) =>
      call('GET', `${factors}/catalog`, { userId }, readSupportedFactors, context),
    /** Needs an API token, because Okta has no scope for it. A service app is refused before anything is sent. */
    async listSupportedSecurityQuestions({ userId }: OfPerson, context?: CallContext) {
      if (credentialKind === 'private-key')
        throw new OktaError(
          'api',
          'the list of security questions needs an API token: no scope lets a service app read it',
        );
      return call('GET', `${factors}/questions`, { userId }, readSecurityQuestions, context);
    },
    getFactor: (ids: OfFactor, context?: CallContext) => call('GET', factor, ids, readFactor, context),
    /**
     * Only this answer's `activation` has the data that activating needs. 400 `E0000001` if the kind is already
     * enrolled or not enabled.
     */
    enrollFactor: ({ userId, body, sends = false, ...query }: EnrollFactorParameters, context?: CallContext) =>
      call('POST', factors, { userId }, readFactor, context, { query, body, sends }),
    /**
     * Use the id and status in the answer: activation changes an SMS factor's id. For a push factor, this call only
     * restarts the enrollment: poll it instead.
     */
    activateFactor: ({ body = {}, ...ids }: OfFactor & { body?: ActivateFactorBody }, context?: CallContext) =>
      call('POST', `${factor}/lifecycle/activate`, ids, readFactor, context, { body }),
    /**
     * Resends the code of a pending sms, call or email factor. The spec requires the factor's type and profile as body;
     * Okta itself does not.
     */
    resendEnrollFactor: (
      { body = {}, templateId, ...ids }: OfFactor & { body?: object; templateId?: string },
      context?: CallContext,
    ) => call('POST', `${factor}/resend`, ids, readFactor, context, { query: { templateId }, body, sends: true }),
    /** The state of a push enrollment. */
    pollFactorActivation: (ids: OfFactor, context?: CallContext) =>
      call('POST', `${factor}/lifecycle/activate/poll`, ids, readActivationState, context, { body: {} }),
    /**
     * Sends the enrollment link to a phone, instead of the QR image. The body is `{ profile: { phoneNumber } }` for
     * sms, and empty for email. 403 `E0000233`: sms exists only on paid orgs.
     */
    sendActivationLink: (
      { channel, body = {}, ...ids }: OfFactor & { channel: 'sms' | 'email'; body?: object },
      context?: CallContext,
    ) => call('POST', `${factor}/lifecycle/activate/${channel}`, ids, readLinkExpiry, context, { body, sends: true }),
    /**
     * The QR image that a phone scans to enroll, at `activation.qrcodeHref`. No other link in an answer is followed.
     * Allowed are only the org's own origin, a QR path, no redirect, no credential (the token in the path authorizes),
     * and a PNG of at most 64 kB. Anything else is `bad_reply`.
     */
    async getQrCode({ href }: { href: string }, context?: CallContext) {
      const path = qrCodePath(href, origin);
      const call = { method: 'GET', template: qrCodeTemplate, path, anonymous: true, picture: true } as const;
      return send({ ...call, read: readQrCode }, context);
    },
    /**
     * An empty body requests a challenge: Okta sends the code, the call or the push. A wrong code is an error (403
     * `E0000068`) and no result. Callers must still compare the result with `SUCCESS`.
     */
    verifyFactor: ({ userId, factorId, body = {}, ...query }: VerifyFactorParameters, context?: CallContext) =>
      call('POST', `${factor}/verify`, { userId, factorId }, readVerifyResult, context, {
        query,
        body,
        sends: verifySends(body),
      }),
    getFactorTransactionStatus: (ids: OfFactor & { transactionId: string }, context?: CallContext) =>
      call('GET', transaction, ids, readVerifyResult, context),
    /** Cancels a pending push. */
    cancelFactorTransaction: (ids: OfFactor & { transactionId: string }, context?: CallContext) =>
      call('DELETE', transaction, ids, readNothing, context),
    /**
     * Also works for pending factors. The SDK's documents name the parameter `removeEnrollmentRecovery`, which Okta
     * silently ignores. Okta reads `removeRecoveryEnrollment`, so that name is sent.
     */
    deleteFactor: (
      { removeEnrollmentRecovery, ...ids }: OfFactor & { removeEnrollmentRecovery?: boolean },
      context?: CallContext,
    ) =>
      call('DELETE', factor, ids, readNothing, context, {
        query: { removeRecoveryEnrollment: removeEnrollmentRecovery },
      }),
  };
}

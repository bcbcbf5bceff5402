import type { ActivateFactorBody, VerifyFactorBody } from './factor-bodies.ts';

type OfFactor = { userId: string; factorId: string };

/**
 * What can be asked of a person's factors. Names and parameters are those of the Node SDK's documents where it has
 * them.
 */
export type UserFactorParameters = {
  listFactors: { userId: string };
  listSupportedFactors: { userId: string };
  listSupportedSecurityQuestions: { userId: string };
  getFactor: OfFactor;
  enrollFactor: {
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
  activateFactor: OfFactor & { body?: ActivateFactorBody };
  resendEnrollFactor: OfFactor & {
    /** The factor's type and profile, as given when enrolling; the spec asks for them, the org knows them. */
    body?: object;
    templateId?: string;
  };
  pollFactorActivation: OfFactor;
  restartFactorActivation: OfFactor;
  sendActivationLink: OfFactor & {
    channel: 'sms' | 'email';
    /** `{ profile: { phoneNumber } }` with sms; nothing with email. */
    body?: object;
  };
  getQrCode: {
    /** `activation.qrcodeHref`, as the org gave it. */
    href: string;
  };
  verifyFactor: OfFactor & {
    /** Nothing at all asks for a challenge: it sends the code, the call, the push. */
    body?: VerifyFactorBody;
    templateId?: string;
    tokenLifetimeSeconds?: number;
  };
  getFactorTransactionStatus: OfFactor & { transactionId: string };
  cancelFactorTransaction: OfFactor & { transactionId: string };
  deleteFactor: OfFactor & { removeEnrollmentRecovery?: boolean };
};

import type { ActivateFactorBody, VerifyFactorBody } from './factor-bodies.ts';

type OfFactor = { userId: string; factorId: string };

/** Parameters of the factor operations. Names follow the Node SDK's documents where it has them. */
export type UserFactorParameters = {
  listFactors: { userId: string };
  listSupportedFactors: { userId: string };
  listSupportedSecurityQuestions: { userId: string };
  getFactor: OfFactor;
  enrollFactor: {
    userId: string;
    /** `{ factorType, provider, profile?, verify?, factorProfileId? }`, as on the wire. */
    body: object;
    /** Replaces the stored phone number; only possible while no active factor uses it. */
    updatePhone?: boolean;
    /** A custom SMS template; Okta uses its own for an unknown id. */
    templateId?: string;
    /** Life of an emailed code in seconds, 1 to 86400; Okta's default is 300. */
    tokenLifetimeSeconds?: number;
    /** Activates at once and sends nothing; for sms, call, email and `token:hotp`. */
    activate?: boolean;
  };
  activateFactor: OfFactor & { body?: ActivateFactorBody };
  resendEnrollFactor: OfFactor & {
    /** The factor's type and profile, as in the enrollment; the spec requires them, Okta does not. */
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
    /** `activation.qrcodeHref`, as Okta gave it. */
    href: string;
  };
  verifyFactor: OfFactor & {
    /** An empty body requests a challenge: Okta sends the code, the call or the push. */
    body?: VerifyFactorBody;
    templateId?: string;
    tokenLifetimeSeconds?: number;
  };
  getFactorTransactionStatus: OfFactor & { transactionId: string };
  cancelFactorTransaction: OfFactor & { transactionId: string };
  deleteFactor: OfFactor & { removeEnrollmentRecovery?: boolean };
};

/** Bodies of the Factors API, as the wire has them. Bytes are base64, with or without padding, in either alphabet. */

/** Finishes an enrollment: a code, or what a security key made. A push factor needs none: it is polled. */
export type ActivateFactorBody = {
  passCode?: string;
  attestation?: string;
  clientData?: string;
  /** U2F. */
  registrationData?: string;
  /** In the SDK's model, of another API; Okta ignores it here. */
  stateToken?: string;
};

/** Answers with a code, an answer, or what a security key signed; empty, it asks for a challenge. */
export type VerifyFactorBody = {
  passCode?: string;
  /** The next code of a hardware token that must be brought in step. */
  nextPassCode?: string;
  answer?: string;
  clientData?: string;
  signatureData?: string;
  authenticatorData?: string;
  /** Push: shows a number to choose on the phone. */
  useNumberMatchingChallenge?: boolean;
  /** These four are in the SDK's model; Okta ignores them here. */
  activationToken?: string;
  attestation?: string;
  registrationData?: string;
  stateToken?: string;
};

const spoken = new Set<unknown>(['sms', 'call', 'email']);

/** Whether enrolling sends somebody a code: the kinds that do, unless they are made active at once. */
export function enrollSends(body: object, activate: boolean | undefined): boolean {
  return 'factorType' in body && spoken.has(body.factorType) && activate !== true;
}

/**
 * Whether verifying sends somebody something: it does when nothing is proven ("leaving `passCode` out always means:
 * send a new code", as published). The kind is not known here; a security key's challenge is held to the same care,
 * which costs it nothing.
 */
export function verifySends({ passCode, answer, clientData }: VerifyFactorBody): boolean {
  return passCode === undefined && answer === undefined && clientData === undefined;
}

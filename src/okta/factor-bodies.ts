/** Request bodies of Okta's Factors API. Bytes are base64 or base64url, with or without padding. */

/** Finishes an enrollment with a code or a security key's response. A push factor needs no body: it is polled. */
export type ActivateFactorBody = { passCode?: string; attestation?: string; clientData?: string };

/** Verifies with a code, an answer or a security key's assertion. An empty body requests a challenge. */
export type VerifyFactorBody = {
  passCode?: string;
  /** The next code, to resynchronise a hardware token. */
  nextPassCode?: string;
  answer?: string;
  clientData?: string;
  signatureData?: string;
  authenticatorData?: string;
  /** Push: shows a number to choose on the phone. */
  useNumberMatchingChallenge?: boolean;
};

/**
 * Whether this verification makes Okta send something. Okta's docs: "leaving `passCode` out always means: send a new
 * code". The kind is unknown here, so a security key's challenge also counts as sent.
 */
export function verifySends({ passCode, answer, clientData }: VerifyFactorBody): boolean {
  return passCode === undefined && answer === undefined && clientData === undefined;
}

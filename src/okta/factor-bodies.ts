/** Bytes are base64 or base64url, with or without padding. */

export type ActivateFactorBody = { passCode?: string; attestation?: string; clientData?: string };

export type VerifyFactorBody = {
  passCode?: string;
  /** The next code of a hardware token, to resynchronise it. */
  nextPassCode?: string;
  answer?: string;
  clientData?: string;
  signatureData?: string;
  authenticatorData?: string;
  /** Push: shows a number to choose on the phone. */
  useNumberMatchingChallenge?: boolean;
};

/** Okta's docs: "leaving `passCode` out always means: send a new code". Also true if a key's challenge is requested. */
export function verifySends({ passCode, answer, clientData }: VerifyFactorBody): boolean {
  return passCode === undefined && answer === undefined && clientData === undefined;
}

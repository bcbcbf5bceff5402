import type { Json } from '../kind/kind.ts';
import { originFits } from './rp.ts';

/** Loaded with the first key, because loading takes 0.2 s and most starts need no key. */
const library = () => import('@simplewebauthn/server');

/** Nothing in a credential is secret. */
export type Credential = { id: string; publicKey: string; counter: number };

export type Expected = { challenge: string; rpId: string; requireUserVerification: boolean };

/** ES256 and RS256. */
export const ALGORITHMS = [-7, -257];

/** Okta's own clients send base64 and base64url, with or without padding. */
function bytes(value: unknown): Buffer | undefined {
  if (typeof value !== 'string' || !/^[A-Za-z0-9+/_-]+={0,2}$/.test(value)) return undefined;
  return Buffer.from(value, 'base64');
}

function parts(body: Json, ...names: string[]): string[] | undefined {
  const found = names.map((name) => bytes(body[name])?.toString('base64url'));
  return found.every((one) => one !== undefined) ? found : undefined;
}

function originIn(clientData: string, rpId: string): string | undefined {
  const { origin, crossOrigin } = JSON.parse(Buffer.from(clientData, 'base64url').toString()) as Json;
  return crossOrigin !== true && originFits(origin, rpId) ? origin : undefined;
}

/** The library requires a key's id, but Okta's request has none: the signature alone identifies the key. */
const UNNAMED = 'unnamed';

/** WebAuthn section 7.1. Undefined for an invalid registration. Throws the library's errors for unreadable input. */
export async function registered(
  body: Json,
  { challenge, rpId, requireUserVerification }: Expected,
): Promise<{ credential: Credential; aaguid: string } | undefined> {
  const [clientDataJSON, attestationObject] = parts(body, 'clientData', 'attestation') ?? [];
  if (clientDataJSON === undefined || attestationObject === undefined) return undefined;
  const origin = originIn(clientDataJSON, rpId);
  if (origin === undefined) return undefined;
  const { verifyRegistrationResponse } = await library();
  const { registrationInfo } = await verifyRegistrationResponse({
    response: {
      id: UNNAMED,
      rawId: UNNAMED,
      type: 'public-key',
      clientExtensionResults: {},
      response: { clientDataJSON, attestationObject },
    },
    expectedChallenge: challenge,
    expectedOrigin: origin,
    expectedRPID: rpId,
    requireUserVerification,
    supportedAlgorithmIDs: ALGORITHMS,
  });
  if (!registrationInfo) return undefined;
  const { id, publicKey, counter } = registrationInfo.credential;
  return {
    credential: { id, publicKey: Buffer.from(publicKey).toString('base64url'), counter },
    aaguid: registrationInfo.aaguid,
  };
}

/** WebAuthn section 7.2. Refuses a counter that has not grown, because the key may be a copy. */
export async function asserted(
  body: Json,
  credential: Credential,
  { challenge, rpId, requireUserVerification }: Expected,
): Promise<Credential | undefined> {
  const [clientDataJSON, authenticatorData, signature] =
    parts(body, 'clientData', 'authenticatorData', 'signatureData') ?? [];
  if (clientDataJSON === undefined || authenticatorData === undefined || signature === undefined) return undefined;
  const origin = originIn(clientDataJSON, rpId);
  if (origin === undefined) return undefined;
  const { verifyAuthenticationResponse } = await library();
  const { verified, authenticationInfo } = await verifyAuthenticationResponse({
    response: {
      id: credential.id,
      rawId: credential.id,
      type: 'public-key',
      clientExtensionResults: {},
      response: { clientDataJSON, authenticatorData, signature },
    },
    expectedChallenge: challenge,
    expectedOrigin: origin,
    expectedRPID: rpId,
    requireUserVerification,
    credential: { ...credential, publicKey: new Uint8Array(Buffer.from(credential.publicKey, 'base64url')) },
  });
  return verified ? { ...credential, counter: authenticationInfo.newCounter } : undefined;
}

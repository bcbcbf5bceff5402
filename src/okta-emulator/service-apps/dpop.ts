import { createHash, createHmac } from 'node:crypto';
import { EmbeddedJWK, calculateJwkThumbprint, jwtVerify, type JWTPayload, type JWTHeaderParameters } from 'jose';
import type { EmulatorContext } from '../context/context.ts';
import { isNear, consumeId } from './assertion.ts';

const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512'];
/** How far in the past or future a proof's time may be, in ms. */
const LIFE_MS = 5 * 60_000;
/** How often Okta renews its nonce, in ms. Okta accepts a nonce for three days (its guide to DPoP). */
const NONCE_MS = 24 * 3_600_000;
const NONCES_ACCEPTED = 3;

/** `error`: a code of RFC 9449. */
export class ProofError extends Error {
  readonly error: 'invalid_dpop_proof' | 'use_dpop_nonce';
  constructor(error: ProofError['error'], description: string) {
    super(description);
    this.error = error;
  }
}

const invalid = (description: string) => new ProofError('invalid_dpop_proof', description);

/** Nonces are computed from the key, so that they stay valid after a restart. */
export function createNonces({ clock }: EmulatorContext, key: string) {
  const createNonce = (day: number) =>
    createHmac('sha256', key).update(`dpop nonce ${day}`).digest('base64url').slice(0, 32);
  const today = () => Math.floor(clock.now() / NONCE_MS);
  return {
    current: () => createNonce(today()),
    accepts: (nonce: unknown) =>
      Array.from({ length: NONCES_ACCEPTED }, (_, before) => createNonce(today() - before)).includes(String(nonce)),
  };
}

type Expected = {
  header: string | string[] | undefined;
  method: string;
  url: string;
  /** Null at the token endpoint. */
  token: string | null;
  /** Undefined if no nonce is required. */
  acceptsNonce?: (nonce: unknown) => boolean;
};

async function verified(proof: string): Promise<{ payload: JWTPayload; protectedHeader: JWTHeaderParameters }> {
  try {
    const { payload, protectedHeader } = await jwtVerify(proof, EmbeddedJWK, {
      typ: 'dpop+jwt',
      algorithms: ALGORITHMS,
    });
    return { payload, protectedHeader: protectedHeader as JWTHeaderParameters };
  } catch {
    throw invalid('The DPoP proof JWT is invalid.');
  }
}

/** RFC 9449 section 4.3. Returns the thumbprint of the key (RFC 7638). Throws a ProofError. */
export async function checkProof(
  emulator: EmulatorContext,
  { header, method, url, token, acceptsNonce }: Expected,
): Promise<string> {
  // Node joins several headers of this name with commas.
  if (header === undefined || header === '') throw invalid('The DPoP proof JWT header is missing.');
  if (typeof header !== 'string' || header.includes(',')) throw invalid('There is more than one DPoP proof.');
  const { payload, protectedHeader } = await verified(header);
  const { htm, htu, ath, iat, jti, nonce } = payload;
  if ('d' in (protectedHeader['jwk'] ?? {})) throw invalid('The DPoP proof JWT has a private key.');
  if (htm !== method) throw invalid("'htm' claim in the DPoP proof JWT is invalid.");
  if (htu !== url.split(/[?#]/, 1)[0]) throw invalid("'htu' claim in the DPoP proof JWT is invalid.");
  if (token !== null && ath !== createHash('sha256').update(token).digest('base64url'))
    throw invalid("'ath' claim in the DPoP proof JWT is invalid.");
  if (typeof iat !== 'number' || !isNear(emulator, iat, LIFE_MS))
    throw invalid("'iat' claim in the DPoP proof JWT is invalid.");
  if (acceptsNonce && !acceptsNonce(nonce))
    throw new ProofError('use_dpop_nonce', 'Authorization server requires nonce in DPoP proof.');
  if (typeof jti !== 'string' || jti === '' || jti.length > 256)
    throw invalid("'jti' claim in the DPoP proof JWT is invalid.");
  const thumbprint = await calculateJwkThumbprint(protectedHeader['jwk']!);
  if (!(await consumeId(emulator, 'DpopProof', `${thumbprint} ${jti}`, 2 * LIFE_MS)))
    throw invalid('The DPoP proof JWT has already been used.');
  return thumbprint;
}

import { createPrivateKey, randomUUID, type JsonWebKey, type KeyObject } from 'node:crypto';
import * as z from 'zod/mini';
import type { CredentialOpener } from './credential.ts';

export type PrivateKeyCredential = {
  kind: 'private-key';
  clientId: string;
  /**
   * The app's private key: a JWK (with its `kid`), or PEM text. RSA of 2048 bits or more, or EC on P-256, P-384 or
   * P-521.
   */
  privateKey: Record<string, unknown> | string;
  /** The requested scopes: `okta.users.read`, `okta.users.manage`, … */
  scopes: string[];
  /** Gives the `jti` of each assertion, never the same twice; random by default. */
  newId?: () => string;
};

const tokenPath = '/oauth2/v1/token';
/** Okta allows an hour at most; the assertion is used at once. */
const assertionSeconds = 5 * 60;
/** How long before its end a token is renewed. */
const renewMs = 60_000;

const reply = z.object({
  access_token: z.string().check(z.regex(/^[\x21-\x7e]+$/)),
  token_type: z.string().check(z.regex(/^bearer$/i)),
  expires_in: z.number().check(z.positive()),
});

type Token = { header: string; since: number; until: number };

/**
 * A service app: client credentials with `private_key_jwt` (RFC 6749 section 4.4, RFC 7523 section 2.2) at the org's
 * authorization server. When no token is issued, the call rejects with an OktaError of kind `api` and the OAuth `error`
 * as its code (`invalid_client`, `invalid_scope`, `invalid_dpop_proof` when the app requires DPoP).
 * @throws {TypeError} for an invalid or weak key
 */
export function openPrivateKey({
  clientId,
  privateKey,
  scopes,
  newId = randomUUID,
}: PrivateKeyCredential): CredentialOpener {
  const { key, header } = readPrivateKey(privateKey);
  const scope = scopes.join(' ');
  return ({ origin, clock, send }) => {
    let cached: Token | null = null;
    let coming: Promise<string> | null = null;

    /** A token from the future means that the clock was set back: it is discarded. */
    const lives = (token: Token, spareMs: number) => clock.now() >= token.since && token.until - clock.now() > spareMs;

    async function assertion(): Promise<string> {
      const { SignJWT } = await import('jose');
      const now = Math.floor(clock.now() / 1000);
      const jwt = new SignJWT()
        .setProtectedHeader(header)
        .setIssuer(clientId)
        .setSubject(clientId)
        .setAudience(origin + tokenPath);
      return jwt
        .setIssuedAt(now)
        .setExpirationTime(now + assertionSeconds)
        .setJti(newId())
        .sign(key);
    }

    async function renew(): Promise<string> {
      const body = new URLSearchParams({
        grant_type: 'client_credentials',
        scope,
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: await assertion(),
      });
      const since = clock.now();
      const read = (json: unknown): string => {
        const { access_token, expires_in } = z.parse(reply, json);
        cached = { header: `Bearer ${access_token}`, since, until: since + expires_in * 1000 };
        return cached.header;
      };
      return send({ method: 'POST', template: tokenPath, path: tokenPath, anonymous: true, inner: true, body, read });
    }

    return {
      kind: 'private-key',
      async authorization(call) {
        if (cached !== null && lives(cached, renewMs)) return cached.header;
        const { signal } = call;
        signal.throwIfAborted();
        const old = cached;
        coming ??= renew()
          .catch((error: unknown) => {
            if (old !== null && old === cached && lives(old, 0)) return old.header;
            throw error;
          })
          .finally(() => (coming = null));
        return before(signal, coming);
      },
      refused(authorization) {
        if (cached?.header === authorization) cached = null;
        return true;
      },
    };
  };
}

const curves: Record<string, string> = { prime256v1: 'ES256', secp384r1: 'ES384', secp521r1: 'ES512' };

/**
 * The key, its algorithm and its `kid`.
 * @throws {TypeError} whose message does not repeat the key
 */
export function readPrivateKey(given: Record<string, unknown> | string): {
  key: KeyObject;
  header: { alg: string; kid?: string };
} {
  let key: KeyObject;
  try {
    key =
      typeof given === 'string'
        ? createPrivateKey(given)
        : createPrivateKey({ key: given as JsonWebKey, format: 'jwk' });
  } catch {
    throw new TypeError('the private key is neither a private JWK nor PEM');
  }
  const { modulusLength = 0, namedCurve = '' } = key.asymmetricKeyDetails ?? {};
  const alg = key.asymmetricKeyType === 'rsa' && modulusLength >= 2048 ? 'RS256' : curves[namedCurve];
  if (alg === undefined)
    throw new TypeError(
      'the private key is none that Okta takes: RSA of 2048 bits or more, or EC on P-256, P-384 or P-521',
    );
  return {
    key,
    header: typeof given === 'object' && typeof given['kid'] === 'string' ? { alg, kid: given['kid'] } : { alg },
  };
}

/**
 * Gives the promise's outcome, or the signal's reason if that comes first. The promise itself goes on for its other
 * waiters.
 */
async function before<T>(signal: AbortSignal, promise: Promise<T>): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

import { createPrivateKey, hash, randomUUID, type JsonWebKey, type KeyObject } from 'node:crypto';
import type { CryptoKey, JWK } from 'jose';
import * as z from 'zod/mini';
import { OktaError } from '../wire/okta-error.ts';
import type { CredentialHeaders, CredentialOpener } from './credential.ts';
import type { Exchange } from './pool.ts';
import { getHeader } from './reply.ts';

export type PrivateKeyCredential = {
  kind: 'private-key';
  clientId: string;
  /** A JWK with its `kid`, or PEM text. RSA with at least 2048 bits, or EC on P-256, P-384 or P-521. */
  privateKey: Record<string, unknown> | string;
  scopes: string[];
  /** Returns the `jti` of an assertion, never the same twice. Default: random. */
  newId?: () => string;
};

const tokenPath = '/oauth2/v1/token';
/** Okta allows an hour at most. */
const assertionSeconds = 5 * 60;
/** How long before its expiry a token is renewed, in ms. */
const renewMs = 60_000;

const reply = z.object({
  access_token: z.string().check(z.regex(/^[\x21-\x7e]+$/)),
  token_type: z.string().check(z.regex(/^(?:bearer|dpop)$/i)),
  expires_in: z.number().check(z.positive()),
});

/** `bound`: every request with this token needs a proof (DPoP). */
type Token = { text: string; bound: boolean; since: number; until: number };

const writeAuthorization = ({ text, bound }: Token) => `${bound ? 'DPoP' : 'Bearer'} ${text}`;

/** `token`: the access token of the request. Null at the token endpoint. */
type ProofTarget = { method: string; url: string; token: string | null; nonce: string | null };

/** Proofs of possession (RFC 9449). Their key is never stored and is not the app's key. */
function createDpopProofs(clock: { now(): number }, newId: () => string) {
  const make = async () => {
    const { exportJWK, generateKeyPair } = await import('jose');
    const { privateKey, publicKey } = await generateKeyPair('ES256');
    return { privateKey, jwk: await exportJWK(publicKey) };
  };
  let making: Promise<{ privateKey: CryptoKey; jwk: JWK }> | null = null;
  return async ({ method, url, token, nonce }: ProofTarget): Promise<string> => {
    const { privateKey, jwk } = await (making ??= make());
    const { SignJWT } = await import('jose');
    return new SignJWT({
      htm: method,
      // The address without its query (RFC 9449, section 4.2).
      htu: url.split(/[?#]/, 1)[0]!,
      ...(token !== null && { ath: hash('sha256', token, 'base64url') }),
      ...(nonce !== null && { nonce }),
    })
      .setProtectedHeader({ typ: 'dpop+jwt', alg: 'ES256', jwk })
      .setJti(newId())
      .setIssuedAt(Math.floor(clock.now() / 1000))
      .sign(privateKey);
  };
}

/** If Okta asks for a nonce, it has not processed the request (RFC 9449, section 9). */
function wantsNonce({ status, headers }: Pick<Exchange, 'status' | 'headers'>): boolean {
  const challenges = [headers['www-authenticate'] ?? []].flat();
  return (status === 401 || status === 400) && challenges.some((one) => /\berror="use_dpop_nonce"/.test(one));
}

type SignAssertion = (origin: string, now: number) => Promise<string>;

function createAssertions({ clientId, privateKey, newId = randomUUID }: PrivateKeyCredential): SignAssertion {
  const { key, header } = readPrivateKey(privateKey);
  return async (origin, now) => {
    const { SignJWT } = await import('jose');
    const issuedAt = Math.floor(now / 1000);
    return new SignJWT()
      .setProtectedHeader(header)
      .setIssuer(clientId)
      .setSubject(clientId)
      .setAudience(origin + tokenPath)
      .setIssuedAt(issuedAt)
      .setExpirationTime(issuedAt + assertionSeconds)
      .setJti(newId())
      .sign(key);
  };
}

function createTokenRequest(
  { origin, clock, send }: Parameters<CredentialOpener>[0],
  scope: string,
  signAssertion: SignAssertion,
  prove: (proof: ProofTarget) => Promise<string>,
): () => Promise<Token> {
  let nonce: string | null = null;

  async function request(): Promise<Token> {
    const body = new URLSearchParams({
      grant_type: 'client_credentials',
      scope,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: await signAssertion(origin, clock.now()),
    });
    const dpop = await prove({ method: 'POST', url: origin + tokenPath, token: null, nonce });
    const since = clock.now();
    const read = (json: unknown): Token => {
      const { access_token: text, token_type, expires_in } = z.parse(reply, json);
      return { text, bound: /^dpop$/i.test(token_type), since, until: since + expires_in * 1000 };
    };
    const hear = (answer: Exchange) => void (nonce = getHeader(answer, 'dpop-nonce') ?? nonce);
    const place = { method: 'POST', template: tokenPath, path: tokenPath } as const;
    return send({ ...place, anonymous: true, inner: true, headers: { dpop }, hear, body, read });
  }

  return async () => {
    try {
      return await request();
    } catch (error) {
      // Okta sends the nonce with the refusal. It changes the nonce each day.
      if (!(error instanceof OktaError && error.code === 'use_dpop_nonce' && nonce !== null)) throw error;
      return request();
    }
  };
}

/**
 * `private_key_jwt` (RFC 6749 section 4.4, RFC 7523 section 2.2). The OAuth `error` is the code of the OktaError.
 * @throws {TypeError} for an invalid or weak key
 */
export function openPrivateKey(app: PrivateKeyCredential): CredentialOpener {
  const signAssertion = createAssertions(app);
  return (place) => {
    const { origin, clock } = place;
    const prove = createDpopProofs(clock, app.newId ?? randomUUID);
    const requestToken = createTokenRequest(place, app.scopes.join(' '), signAssertion, prove);
    let cached: Token | null = null;
    let coming: Promise<Token> | null = null;
    /** The API and the token endpoint have separate nonces. */
    let apiNonce: string | null = null;

    /** A token that starts in the future is not used: the clock was set back. */
    const lives = (token: Token, spareMs: number) => clock.now() >= token.since && token.until - clock.now() > spareMs;

    async function current(deadline: { readonly signal: AbortSignal }): Promise<Token> {
      if (cached !== null && lives(cached, renewMs)) return cached;
      const { signal } = deadline;
      signal.throwIfAborted();
      const old = cached;
      coming ??= requestToken()
        .then((token) => (cached = token))
        .catch((error: unknown) => {
          if (old !== null && old === cached && lives(old, 0)) return old;
          throw error;
        })
        .finally(() => (coming = null));
      return raceAbort(signal, coming);
    }

    return {
      kind: 'private-key',
      async headersFor({ method, path }, deadline) {
        const token = await current(deadline);
        const headers: CredentialHeaders = { authorization: writeAuthorization(token) };
        if (!token.bound) return headers;
        return { ...headers, dpop: await prove({ method, url: origin + path, token: token.text, nonce: apiNonce }) };
      },
      heard({ authorization, dpop }, answer) {
        const nonce = dpop === undefined ? undefined : answer.headers['dpop-nonce'];
        if (typeof nonce === 'string') {
          apiNonce = nonce;
          if (wantsNonce(answer)) return 'again';
        }
        if (answer.status !== 401) return null;
        if (cached !== null && writeAuthorization(cached) === authorization) cached = null;
        return 'stale';
      },
      isBound: () => cached?.bound ?? null,
    };
  };
}

const curves: Record<string, string> = { prime256v1: 'ES256', secp384r1: 'ES384', secp521r1: 'ES512' };

/** @throws {TypeError} with a message that does not contain the key */
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

/** The promise continues after an abort, because others may wait for it. */
async function raceAbort<T>(signal: AbortSignal, promise: Promise<T>): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

import { createRemoteJWKSet, customFetch, jwtVerify, type JWTVerifyGetKey } from 'jose';
import type { Clock } from '#clock';
import { ApiError } from '#contract/errors.ts';
import { createBoundedHttp, KeysUnreachable } from './bounded-http.ts';

export type LogoutSettings = {
  /** Requests have it as `iss`. */
  issuer: string;
  keysUrl: string;
  /** The portal's client id at Okta. Requests have it as `sub`. */
  clientId: string;
  /** Requests have it as `aud`. */
  audience: string;
};

/**
 * Without this check, an ID token would be accepted as a request (developer.okta.com, "Build Universal Logout for your
 * app").
 */
const TYPE = 'global-token-revocation+jwt';
const SKEW_S = 60;
/** Okta's requests are valid for five minutes. The store keeps their ids until they expire. */
const LONGEST_LIFE_S = 15 * 60;
const KEYS_PAUSE_MS = 30_000;
const LONGEST_TOKEN = 4_000;

export class LogoutRefused extends Error {
  override readonly name = 'LogoutRefused';
  readonly genuine: boolean;
  constructor(message: string, genuine: boolean, options?: ErrorOptions) {
    super(message, options);
    this.genuine = genuine;
  }
}

/** Fetches Okta's keys at most once in 30 s, even for an unknown `kid` or after a failed fetch. */
function boundedKeys(url: string, clock: Clock): JWTVerifyGetKey {
  const keys = createRemoteJWKSet(new URL(url), {
    cooldownDuration: KEYS_PAUSE_MS,
    [customFetch]: createBoundedHttp().fetch,
  });
  let failedAt = -Infinity;
  return async (header, token) => {
    if (!keys.fresh && Math.abs(clock.now() - failedAt) < KEYS_PAUSE_MS)
      throw new KeysUnreachable('the keys could not be fetched a moment ago');
    try {
      return await keys(header, token);
    } catch (error) {
      if (!keys.fresh) failedAt = clock.now();
      throw error;
    }
  };
}

/**
 * Returns the request's `jti` and expiry (`until`, ms since 1970).
 * Throws LogoutRefused, or `org_unavailable` if the keys cannot be read.
 */
export function createLogoutRequests({ issuer, keysUrl, clientId, audience }: LogoutSettings, clock: Clock) {
  const keys = boundedKeys(keysUrl, clock);
  return async (authorization: string | undefined): Promise<{ jti: string; until: number }> => {
    const token = /^Bearer ([\w.-]+)$/i.exec(authorization ?? '')?.[1];
    if (!token || token.length > LONGEST_TOKEN) throw new LogoutRefused('no bearer token', false);
    const verified = await jwtVerify(token, keys, {
      typ: TYPE,
      algorithms: ['RS256', 'ES256'],
      requiredClaims: ['iss', 'aud', 'sub', 'exp', 'iat', 'jti'],
      issuer,
      audience,
      subject: clientId,
      clockTolerance: SKEW_S,
      maxTokenAge: LONGEST_LIFE_S,
      currentDate: new Date(clock.now()),
    }).catch((error: unknown) => {
      if (error instanceof KeysUnreachable) throw new ApiError('org_unavailable', {}, { cause: error });
      const code = (error as { code?: string }).code ?? 'unknown';
      const genuine = code === 'ERR_JWT_CLAIM_VALIDATION_FAILED' || code === 'ERR_JWT_EXPIRED';
      throw new LogoutRefused(genuine ? (error as Error).message : `the request cannot be trusted (${code})`, genuine, {
        cause: error,
      });
    });
    const { jti, aud, exp = 0, iat = 0 } = verified.payload;
    // With several audiences, one of them could forward the request to the portal.
    if (Array.isArray(aud) && aud.length !== 1) throw new LogoutRefused('made for others besides', true);
    if (typeof jti !== 'string' || jti === '' || jti.length > 200) throw new LogoutRefused('no id', true);
    if (exp - iat > LONGEST_LIFE_S) throw new LogoutRefused('it lives too long', true);
    return { jti, until: (exp + SKEW_S) * 1000 };
  };
}

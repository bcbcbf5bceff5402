import { createRemoteJWKSet, customFetch, jwtVerify, type JWTPayload } from 'jose';
import * as z from 'zod/mini';
import { machineNow } from '#clock';
import { createBoundedHttp, KeysUnreachable, type SignInCall, type TimeLimits } from './bounded-http.ts';

export type SignInSettings = {
  issuer: string;
  clientId: string;
  clientSecret: string;
  redirectUri: string;
  /** The real time in ms, because the tokens have real times even if the demo's clock moves. Default: the machine's. */
  now?: () => number;
  /** Time limits of the calls to Okta's sign-in endpoints. Default: those of the API client. */
  limits?: TimeLimits;
  observe?: (call: SignInCall) => void;
};

type SignInAsk = { maxAge?: number; acr?: string | null; login?: string };
export type SignInAttempt = { state: string; nonce: string; codeVerifier: string };
export type IdClaims = JWTPayload & { sub: string; auth_time: number; nonce: string };
export const readAcr = (claims: IdClaims): string | null => (typeof claims['acr'] === 'string' ? claims['acr'] : null);
export const readAmr = (claims: IdClaims): string[] =>
  Array.isArray(claims['amr']) ? claims['amr'].filter((value) => typeof value === 'string') : [];
export class SignInRefused extends Error {
  override readonly name = 'SignInRefused';
}

/** The portal as a confidential OpenID Connect client of Okta: authorization code with PKCE. */
export type Provider = ReturnType<typeof createProvider>;

const SCOPES = ['openid', 'profile', 'email'];
/** The most seconds by which the portal's clock and Okta's may differ. */
const SKEW = 60;
const HOUR_MS = 60 * 60_000;
/** How long an old discovery document is used before the next attempt to read a new one, in ms. */
const RETRY_MS = 60_000;

/** Claims about the person and the sign-in that jose does not check. */
const person = z.object({
  sub: z.string().check(z.regex(/^[A-Za-z0-9]{1,100}$/)),
  auth_time: z.int().check(z.nonnegative()),
});

type BoundedHttp = ReturnType<typeof createBoundedHttp>;

/** Replaces the global fetch of okta-auth-js, so the limits on time and size apply to its requests. */
const createLibraryHttp =
  ({ send }: BoundedHttp) =>
  async (method: string, url: string, args: { headers?: Record<string, string>; data?: unknown }) => {
    const { data = null, headers: sent = {} } = args;
    const text = data === null || typeof data === 'string' ? data : JSON.stringify(data);
    const { status, headers, body } = await send(url, { method: method as 'GET', headers: sent, body: text });
    const json = /json/.test(String(headers['content-type'])) ? { responseJSON: JSON.parse(body) as unknown } : {};
    const response = {
      ...{ responseText: body, status, headers: headers as Record<string, string>, responseType: 'json' },
      ...json,
    };
    if (status >= 200 && status < 300) return response;
    // oxlint-disable-next-line typescript/only-throw-error -- okta-auth-js expects this shape for a refused answer
    throw response;
  };

/** Storage for okta-auth-js that keeps nothing. The library would cache a discovery document for a day. */
const nothing = { getItem: () => null, setItem: () => {}, removeItem: () => {} };

type Discovery = {
  issuer: string;
  authorization_endpoint: string;
  end_session_endpoint?: string;
  jwks_uri: string;
  token_endpoint: string;
  authorization_response_iss_parameter_supported?: boolean;
};

type OktaAuth = Awaited<ReturnType<typeof makeClient>>;
type TokenParams = Awaited<ReturnType<OktaAuth['token']['prepareTokenParams']>>;

/** Reads a discovery document. Throws SignInRefused if the issuer is another one, or an address is missing or wrong. */
function readDiscovery(text: string, issuer: string): Discovery {
  const discovery = JSON.parse(text) as Discovery;
  if (discovery.issuer !== issuer)
    throw new SignInRefused(`the discovery document names another issuer: ${discovery.issuer}`);
  const { origin } = new URL(issuer);
  for (const name of ['authorization_endpoint', 'token_endpoint', 'jwks_uri', 'end_session_endpoint'] as const) {
    const address = discovery[name];
    if (address === undefined && name === 'end_session_endpoint') continue;
    // Checked now, because a document is used for an hour.
    if (URL.parse(String(address))?.origin !== origin)
      throw new SignInRefused(`${name} is ${address === undefined ? 'missing' : 'on another origin'}`);
  }
  return discovery;
}

// The first sign-in imports okta-auth-js, because the import takes a quarter of the portal's start time.
async function makeClient(
  { issuer, clientId, clientSecret, redirectUri }: SignInSettings,
  libraryHttp: ReturnType<typeof createLibraryHttp>,
) {
  const { OktaAuth } = await import('@okta/okta-auth-js/core');
  return new OktaAuth({
    issuer,
    clientId,
    clientSecret,
    redirectUri,
    scopes: SCOPES,
    pkce: true,
    // `verifyToken` checks the signature, and limits how often keys are fetched.
    ignoreSignature: true,
    httpRequestClient: libraryHttp as never,
    // The portal keeps each attempt's state, nonce and verifier itself.
    storageManager: {
      cache: { storageProvider: nothing },
      transaction: { storageProvider: nothing },
      token: { storageProvider: nothing },
    },
  });
}

/** Returns Okta's address for a sign-in. */
function authorizeUrl(endpoint: string, settings: SignInSettings, prepared: TokenParams, ask: SignInAsk): string {
  const url = new URL(endpoint);
  const parameters: Record<string, string | undefined> = {
    client_id: settings.clientId,
    redirect_uri: settings.redirectUri,
    response_type: 'code',
    response_mode: 'query',
    scope: SCOPES.join(' '),
    state: prepared.state,
    nonce: prepared.nonce,
    code_challenge: prepared.codeChallenge,
    code_challenge_method: prepared.codeChallengeMethod,
    max_age: ask.maxAge?.toString(),
    acr_values: ask.acr ?? undefined,
    login_hint: ask.login,
  };
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) url.searchParams.set(name, value);
  return url.href;
}

/** Returns the ID token for a code. Throws SignInRefused if Okta refuses the code. */
async function exchangeCode(
  getClient: () => Promise<OktaAuth>,
  { redirectUri }: SignInSettings,
  code: string,
  attempt: SignInAttempt,
): Promise<string | undefined> {
  try {
    const { tokens } = await (
      await getClient()
    ).token.exchangeCodeForTokens({
      authorizationCode: code,
      codeVerifier: attempt.codeVerifier,
      redirectUri,
      scopes: SCOPES,
      ignoreSignature: true,
    });
    return tokens.idToken?.idToken;
  } catch (error) {
    // The library has Okta's answer in `resp` for an OAuth error, and in `xhr` for one of Okta's own errors.
    const { resp, xhr, name } = error as { resp?: { status?: number }; xhr?: { status?: number }; name?: string };
    const status = (resp ?? xhr)?.status ?? 0;
    if (name === 'AuthSdkError' || (status >= 400 && status < 500 && status !== 429))
      throw new SignInRefused('the code was not exchanged', { cause: error });
    throw error;
  }
}

/** Returns the claims of an ID token with valid signature, issuer, audience and times, or throws SignInRefused. */
async function verifyToken(
  idToken: string,
  keys: ReturnType<typeof createRemoteJWKSet>,
  { issuer, clientId, now = machineNow }: SignInSettings,
): Promise<IdClaims> {
  try {
    const { payload } = await jwtVerify(idToken, keys, {
      issuer,
      audience: clientId,
      algorithms: ['RS256', 'ES256'],
      clockTolerance: SKEW,
      maxTokenAge: 600,
      currentDate: new Date(now()),
      requiredClaims: ['exp', 'iat', 'sub', 'nonce', 'auth_time'],
    });
    return payload as IdClaims;
  } catch (error) {
    if (error instanceof KeysUnreachable) throw error;
    throw new SignInRefused('the ID token does not hold', { cause: error });
  }
}

/** Throws SignInRefused unless the verified claims belong to this attempt and say who signed in. */
function assertAnswers(claims: IdClaims, attempt: SignInAttempt, clientId: string, nowMs: number): void {
  if (claims.nonce !== attempt.nonce) throw new SignInRefused('the ID token answers another attempt');
  const azp = claims['azp'];
  if (azp === undefined ? Array.isArray(claims.aud) && claims.aud.length > 1 : azp !== clientId)
    throw new SignInRefused('the ID token was made for another client');
  if (!z.safeParse(person, claims).success || claims.auth_time > nowMs / 1000 + SKEW)
    throw new SignInRefused('the ID token does not say who signed in, and when');
}

/** Reads the discovery document and its keys, and caches the document for an hour. */
function createDiscovery(bounded: BoundedHttp, { issuer, now = machineNow }: SignInSettings) {
  const http = createLibraryHttp(bounded);
  const discoveryUrl = `${issuer}/.well-known/openid-configuration`;
  let discovered: { at: number; document: Promise<Discovery> } | null = null;
  let lastRead: Discovery | null = null;
  let keys: ReturnType<typeof createRemoteJWKSet> | null = null;

  async function discover(): Promise<Discovery> {
    if (discovered && Math.abs(now() - discovered.at) > HOUR_MS) discovered = null;
    discovered ??= { at: now(), document: readDocument() };
    return discovered.document.catch((error: unknown) => {
      // The last valid document is used while Okta does not answer.
      if (lastRead === null || error instanceof SignInRefused) return readAgain(error);
      discovered = { at: now() - HOUR_MS + RETRY_MS, document: Promise.resolve(lastRead) };
      return lastRead;
    });
  }

  async function readDocument(): Promise<Discovery> {
    const { responseText } = await http('GET', discoveryUrl, {});
    const found = readDiscovery(responseText, issuer);
    keys = createRemoteJWKSet(new URL(found.jwks_uri), { cooldownDuration: 30_000, [customFetch]: bounded.fetch });
    lastRead = found;
    return found;
  }

  /** Throws the error, and drops the document, because the document may have caused the error. */
  function readAgain(error: unknown): never {
    discovered = null;
    throw error;
  }

  /** For okta-auth-js: answers its request for the discovery document with the document that the portal has checked. */
  const libraryHttp: typeof http = async (method, url, args) =>
    url === discoveryUrl
      ? { responseText: JSON.stringify(await discover()), status: 200, headers: {}, responseType: 'json' }
      : http(method, url, args);

  return { discover, readAgain, libraryHttp, keys: () => keys! };
}

/** @returns a provider. It makes no call to Okta before its first use */
export function createProvider(settings: SignInSettings) {
  const { issuer, clientId, now = machineNow, limits, observe } = settings;
  const bounded = createBoundedHttp(limits, observe);
  const { discover, readAgain, libraryHttp, keys } = createDiscovery(bounded, settings);
  let making: ReturnType<typeof makeClient> | null = null;
  const getClient = () => (making ??= makeClient(settings, libraryHttp));
  return {
    /** The origin of Okta's sign-in and sign-out pages. */
    origin: new URL(issuer).origin,

    /** Milliseconds until Okta's rate limit permits calls again; 0 if it is not used up. */
    waitMs: bounded.waitMs,

    /**
     * Returns Okta's address for the browser, and the attempt to keep.
     * @param ask.login the person to expect (`login_hint`). A hint only: the claims are checked in any case
     */
    async begin(ask: SignInAsk) {
      const { authorization_endpoint: endpoint } = await discover();
      const client = await getClient();
      const prepared = await client.token.prepareTokenParams({ scopes: SCOPES }).catch(readAgain);
      const { state, nonce, codeVerifier } = prepared as Required<typeof prepared>;
      const attempt: SignInAttempt = { state, nonce, codeVerifier };
      return { url: authorizeUrl(endpoint, settings, prepared, ask), attempt };
    },

    /**
     * Exchanges a code and checks the ID token. Throws SignInRefused for an invalid answer, and other errors if Okta
     * cannot be reached.
     * @param iss the callback's parameter `iss` (RFC 9207), if present
     */
    async finish(code: string, iss: string | undefined, attempt: SignInAttempt) {
      const found = await discover();
      if (iss === undefined ? found.authorization_response_iss_parameter_supported : iss !== issuer)
        throw new SignInRefused('the answer came from another issuer');
      const idToken = await exchangeCode(getClient, settings, code, attempt);
      if (!idToken) throw new SignInRefused('no ID token came back');
      const claims = await verifyToken(idToken, keys(), settings).catch((error: unknown) => {
        if (error instanceof KeysUnreachable) readAgain(error);
        throw error;
      });
      assertAnswers(claims, attempt, clientId, now());
      return { idToken, claims };
    },

    /** Returns the address that ends the browser's session at Okta. */
    async signOutUrl(idToken: string, returnTo: string, state: string): Promise<string> {
      const { end_session_endpoint: endpoint } = await discover();
      if (!endpoint) return returnTo;
      const url = new URL(endpoint);
      url.searchParams.set('id_token_hint', idToken);
      url.searchParams.set('post_logout_redirect_uri', returnTo);
      url.searchParams.set('state', state);
      return url.href;
    },
  };
}

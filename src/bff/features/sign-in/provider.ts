import { createRemoteJWKSet, customFetch, jwtVerify, type JWTPayload } from 'jose';
import * as z from 'zod/mini';
import { HOUR_MS, machineNow } from '#clock';
import { createBoundedHttp, KeysUnreachable, type SignInCall, type TimeLimits } from './bounded-http.ts';

export type SignInSettings = {
  issuer: string;
  clientId: string;
  clientSecret: string;
  redirectUri: string;
  /** The real time in ms, because the tokens have real times even if the demo's clock moves. */
  now?: () => number;
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

export type Provider = ReturnType<typeof createProvider>;

const SCOPES = ['openid', 'profile', 'email'];
/** Tolerance for clocks that differ, in s. */
const SKEW = 60;
/** The time until the next try to read a new discovery document. */
const RETRY_MS = 60_000;

/** jose does not check these claims. */
const person = z.object({
  sub: z.string().check(z.regex(/^[A-Za-z0-9]{1,100}$/)),
  auth_time: z.int().check(z.nonnegative()),
});

type BoundedHttp = ReturnType<typeof createBoundedHttp>;

/** The portal's limits on time and size must also apply to okta-auth-js. */
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

/** Without this, okta-auth-js caches a discovery document for a day. */
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

/** Throws SignInRefused if the issuer is another one, or an address is missing or on another origin. */
function readDiscovery(text: string, issuer: string): Discovery {
  const discovery = JSON.parse(text) as Discovery;
  if (discovery.issuer !== issuer)
    throw new SignInRefused(`the discovery document names another issuer: ${discovery.issuer}`);
  const { origin } = new URL(issuer);
  for (const name of ['authorization_endpoint', 'token_endpoint', 'jwks_uri', 'end_session_endpoint'] as const) {
    const address = discovery[name];
    if (address === undefined && name === 'end_session_endpoint') continue;
    if (URL.parse(String(address))?.origin !== origin)
      throw new SignInRefused(`${name} is ${address === undefined ? 'missing' : 'on another origin'}`);
  }
  return discovery;
}

// Loaded at the first sign-in, because the import takes a quarter of the portal's start time.
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
    // `verifyToken` checks the signature.
    ignoreSignature: true,
    httpRequestClient: libraryHttp as never,
    storageManager: {
      cache: { storageProvider: nothing },
      transaction: { storageProvider: nothing },
      token: { storageProvider: nothing },
    },
  });
}

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
    // `resp` is set for an OAuth error, `xhr` for one of Okta's own errors.
    const { resp, xhr, name } = error as { resp?: { status?: number }; xhr?: { status?: number }; name?: string };
    const status = (resp ?? xhr)?.status ?? 0;
    if (name === 'AuthSdkError' || (status >= 400 && status < 500 && status !== 429))
      throw new SignInRefused('the code was not exchanged', { cause: error });
    throw error;
  }
}

/** Throws SignInRefused for an invalid token, and KeysUnreachable if the keys cannot be read. */
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

/** Throws SignInRefused unless the claims belong to this attempt and say who signed in. */
function assertAnswers(claims: IdClaims, attempt: SignInAttempt, clientId: string, nowMs: number): void {
  if (claims.nonce !== attempt.nonce) throw new SignInRefused('the ID token answers another attempt');
  const azp = claims['azp'];
  if (azp === undefined ? Array.isArray(claims.aud) && claims.aud.length > 1 : azp !== clientId)
    throw new SignInRefused('the ID token was made for another client');
  if (!z.safeParse(person, claims).success || claims.auth_time > nowMs / 1000 + SKEW)
    throw new SignInRefused('the ID token does not say who signed in, and when');
}

/** Caches the document for an hour. */
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
      // While Okta does not answer, the last valid document is used.
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

  /** The document may have caused the error, so it is dropped. */
  function readAgain(error: unknown): never {
    discovered = null;
    throw error;
  }

  /** okta-auth-js must use the document that the portal has checked. */
  const libraryHttp: typeof http = async (method, url, args) =>
    url === discoveryUrl
      ? { responseText: JSON.stringify(await discover()), status: 200, headers: {}, responseType: 'json' }
      : http(method, url, args);

  return { discover, readAgain, libraryHttp, keys: () => keys! };
}

/** Makes no call to Okta. */
export function createProvider(settings: SignInSettings) {
  const { issuer, clientId, now = machineNow, limits, observe } = settings;
  const bounded = createBoundedHttp(limits, observe);
  const { discover, readAgain, libraryHttp, keys } = createDiscovery(bounded, settings);
  let making: ReturnType<typeof makeClient> | null = null;
  const getClient = () => (making ??= makeClient(settings, libraryHttp));
  return {
    origin: new URL(issuer).origin,

    waitMs: bounded.waitMs,

    /** `ask.login` is only a hint. The claims say who has signed in. */
    async begin(ask: SignInAsk) {
      const { authorization_endpoint: endpoint } = await discover();
      const client = await getClient();
      const prepared = await client.token.prepareTokenParams({ scopes: SCOPES }).catch(readAgain);
      const { state, nonce, codeVerifier } = prepared as Required<typeof prepared>;
      const attempt: SignInAttempt = { state, nonce, codeVerifier };
      return { url: authorizeUrl(endpoint, settings, prepared, ask), attempt };
    },

    /**
     * Throws SignInRefused for an invalid answer, and other errors if Okta cannot be reached.
     * `iss`: the callback's parameter (RFC 9207).
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

import type { Configuration, KoaContextWithOIDC } from 'oidc-provider';
import Provider from 'oidc-provider';
import type { JWK } from 'jose';
import type { EmulatorContext } from '../context/context.ts';
import { findPerson } from '../people/people.ts';
import { stateAdapter } from './adapter.ts';
import { claimsByScope, idTokenClaims, scopes } from './claims.ts';
import { CLIENT_ID, acceptSecrets, allowLoopbackPorts, demoClient } from './client.ts';
import { messagePage } from './pages.ts';
import { ignoreZeroMaxAge, signInPolicy } from './policy.ts';
import { acrValues } from './requirements.ts';
import { signOut, signedOutPage, skipEmptySignOut } from './sign-out.ts';

/** Okta's name for the default custom authorization server. */
export const AUDIENCE = 'api://default';

export type ProviderOptions = {
  clientSecret: string;
  /** During a change of the secret, two are accepted. */
  acceptsSecret: (secret: string) => boolean;
  redirectUris: readonly string[];
  anyLoopbackPort: boolean;
  cookieKey: string;
  signingKey: JWK;
  /** Part of the cookies' names. Cookies ignore ports, so two emulators on one machine would share cookies. */
  port: number;
};

/** Okta asks for no consent to first-party applications. */
async function grantAll(ctx: KoaContextWithOIDC) {
  const { provider, session, client, account } = ctx.oidc;
  const grantId = session?.grantIdFor(CLIENT_ID);
  const grant =
    (grantId ? await provider.Grant.find(grantId) : undefined) ??
    new provider.Grant({ clientId: client?.clientId, accountId: account?.accountId });
  if (grant.accountId !== account?.accountId) return undefined;
  grant.addOIDCScope(scopes.join(' '));
  grant.addResourceScope(AUDIENCE, scopes.join(' '));
  await grant.save();
  return grant;
}

/** As in Okta's custom authorization server, `uid` is the person's id and `sub` the login. */
async function shapeAccessToken(
  emulator: EmulatorContext,
  ctx: KoaContextWithOIDC,
  payload: Record<string, unknown>,
): Promise<void> {
  const person = await findPerson(emulator.db, String(payload.sub));
  const { AuthorizationCode: code } = ctx.oidc.entities;
  Object.assign(payload, {
    ver: 1,
    cid: payload.client_id,
    uid: payload.sub,
    scp: String(payload.scope ?? '').split(' '),
    auth_time: code?.authTime,
    sub: person?.login,
  });
  delete payload.client_id;
  delete payload.scope;
}

async function findAccount(emulator: EmulatorContext, id: string) {
  const person = await findPerson(emulator.db, id);
  if (person?.status !== 'ACTIVE') return undefined;
  return { accountId: person.id, claims: () => idTokenClaims(emulator, person) };
}

const features = (emulator: EmulatorContext): Configuration['features'] => ({
  devInteractions: { enabled: false },
  // Okta accepts an access token of the API at userinfo. The library refuses it, so the emulator has its own route.
  userinfo: { enabled: false },
  revocation: { enabled: true },
  pushedAuthorizationRequests: { enabled: false },
  dPoP: { enabled: false },
  resourceIndicators: {
    enabled: true,
    defaultResource: () => AUDIENCE,
    useGrantedResource: () => true,
    getResourceServerInfo: () => ({
      scope: scopes.join(' '),
      audience: AUDIENCE,
      accessTokenFormat: 'jwt',
      jwt: { sign: { alg: 'RS256' } },
    }),
  },
  rpInitiatedLogout: {
    enabled: true,
    logoutSource: (ctx) => signOut(emulator, ctx),
    postLogoutSuccessSource: signedOutPage,
  },
});

const configuration = (
  emulator: EmulatorContext,
  { clientSecret, redirectUris, cookieKey, signingKey, port }: ProviderOptions,
): Configuration => ({
  adapter: stateAdapter(emulator),
  clients: [demoClient(clientSecret, redirectUris)],
  jwks: { keys: [signingKey as never] },
  scopes,
  claims: { ...claimsByScope, acr: null, auth_time: null, iss: null, sid: null },
  acrValues,
  conformIdTokenClaims: false,
  responseTypes: ['code'],
  clientAuthMethods: ['client_secret_basic', 'client_secret_post'],
  pkce: { required: () => true },
  routes: {
    authorization: '/v1/authorize',
    token: '/v1/token',
    jwks: '/v1/keys',
    end_session: '/v1/logout',
    revocation: '/v1/revoke',
  },
  discovery: { userinfo_endpoint: `${emulator.issuer}/v1/userinfo` },
  cookies: {
    names: { session: `org-${port}-session`, interaction: `org-${port}-sign-in`, resume: `org-${port}-resume` },
    keys: [cookieKey],
    long: { httpOnly: true, sameSite: 'lax' },
    short: { httpOnly: true, sameSite: 'lax' },
  },
  ttl: {
    AccessToken: 3600,
    AuthorizationCode: 300,
    IdToken: 3600,
    Interaction: 3600,
    Session: 7200,
    Grant: 86_400,
    RefreshToken: 86_400,
  },
  interactions: {
    policy: signInPolicy(emulator),
    url: (_ctx, interaction) => `/oauth2/default/signin/${interaction.uid}`,
  },
  loadExistingGrant: grantAll,
  findAccount: (_ctx, id) => findAccount(emulator, id),
  formats: {
    customizers: {
      jwt: (ctx, _token, jwt) => shapeAccessToken(emulator, ctx, jwt.payload as Record<string, unknown>),
    },
  },
  features: features(emulator),
  renderError(ctx, { error, error_description: description }) {
    ctx.type = 'html';
    ctx.body = messagePage(
      'Something is wrong',
      `The application asked for something this organization cannot do: ${description ?? error}.`,
    );
  },
});

export function createProvider(emulator: EmulatorContext, options: ProviderOptions): Provider {
  const provider = new Provider(emulator.issuer, configuration(emulator, options));
  // Trusting the proxy headers is safe, because `mountProvider` overwrites them with the configured URL.
  provider.proxy = true;
  if (options.anyLoopbackPort) allowLoopbackPorts(provider);
  acceptSecrets(provider, options.acceptsSecret);
  skipEmptySignOut(provider);
  if (emulator.engine === 'classic') ignoreZeroMaxAge(provider);
  provider.on('server_error', (_ctx, error) => emulator.log.error(error, 'sign-in failed'));
  return provider;
}

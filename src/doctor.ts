/**
 * Checks a configuration against its org: `npm run doctor`. Changes nothing. One line a check: passed, a warning, or what to do; exit
 * code 1 when any failed.
 */
import { request } from 'undici';
import { ConfigError, readConfig } from '#bff/config.ts';
import type { Config, RealOrg } from '#bff/config.ts';
import { kindOf, kinds } from '#bff/factors/kinds.ts';
import { mayCarry } from '#bff/factors/passkeys.ts';
import { createOktaClient } from '#okta/client.ts';
import type { OktaClient } from '#okta/client.ts';
import { OktaError } from '#okta/errors.ts';

type Check = { name: string; run(): Promise<string> };
type Discovery = { issuer?: string; authorization_endpoint?: string; claims_supported?: string[]; scopes_supported?: string[] };

/** Not wrong, or not to be told from here: a warning. */
class Doubt extends Error {}

const short = (error: unknown) => (error instanceof Error ? error.message : String(error)).split('\n', 1)[0];
const statusOf = (error: unknown) => (error instanceof OktaError ? error.status : null);

async function get(url: string) {
  const answer = await request(url, { headersTimeout: 5000, bodyTimeout: 5000, signal: AbortSignal.timeout(10_000) });
  return { status: answer.statusCode, headers: answer.headers, text: await answer.body.text() };
}

async function discover(issuer: string): Promise<Discovery | null> {
  try {
    const { status, text } = await get(`${issuer}/.well-known/openid-configuration`);
    return status === 200 ? (JSON.parse(text) as Discovery) : null;
  } catch {
    return null;
  }
}

function demoChecks({ demo }: Config): Check[] {
  return [
    { name: 'mode', run: async () => 'demo: OKTA_ORG_URL is not set, so `npm start` brings its own org' },
    {
      name: 'org',
      async run() {
        const { status } = await get(`${demo?.url ?? `http://localhost:${demo?.port}`}/.well-known/okta-organization`).catch(() => {
          throw new Error('it is not running: start it with `npm start` or `npm run org`');
        });
        if (status !== 200) throw new Error(`it answers ${status}: is something else on its port?`);
        return 'the embedded org answers';
      },
    },
  ];
}

function signInChecks(okta: RealOrg, baseUrl: string): Check[] {
  return [
    {
      name: 'issuer',
      async run() {
        const candidates = [...new Set([okta.issuer, `${okta.orgUrl}/oauth2/default`, okta.orgUrl])];
        const found = await Promise.all(candidates.map(discover));
        const answering = candidates.filter((issuer, index) => found[index]?.issuer === issuer);
        if (answering.includes(okta.issuer)) {
          const others = answering.filter((issuer) => issuer !== okta.issuer);
          return `${okta.issuer} answers as itself${others.length > 0 ? ` (so does ${others.join(' and ')})` : ''}`;
        }
        if (answering.length > 0) throw new Error(`OKTA_ISSUER does not answer, but ${answering.join(' and ')} does: set it to that`);
        throw new Error('neither OKTA_ISSUER nor /oauth2/default nor the org server answers');
      },
    },
    {
      name: 'redirect URI',
      async run() {
        const redirect = `${baseUrl}/auth/callback`;
        const endpoint = (await discover(okta.issuer))?.authorization_endpoint;
        if (endpoint === undefined) throw new Error('it can be tried once the issuer answers');
        const challenge = { code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM', code_challenge_method: 'S256' };
        const ask = { client_id: okta.clientId, redirect_uri: redirect, response_type: 'code', scope: 'openid', state: 'doctor', nonce: 'doctor', prompt: 'none' };
        const { status, headers } = await get(`${endpoint}?${new URLSearchParams({ ...ask, ...challenge })}`);
        const location = String(headers['location'] ?? '');
        // An unregistered address is never sent anything; a registered one is told that nobody is signed in.
        if (status < 300 || status >= 400 || !location.startsWith(redirect)) {
          throw new Error(`${redirect} is not a sign-in redirect URI of ${okta.clientId}: add it to the app at Okta`);
        }
        const error = URL.parse(location)?.searchParams.get('error') ?? 'login_required';
        if (!/^(?:login|interaction|consent)_required$/.test(error)) throw new Doubt(`${redirect} is registered, but sign-in answers ${error}: does an access policy of the issuer admit the app?`);
        return `${redirect} is registered`;
      },
    },
    {
      name: 'groups claim',
      async run() {
        const found = await discover(okta.issuer);
        const offered = [...(found?.claims_supported ?? []), ...(found?.scopes_supported ?? [])].includes('groups');
        if (offered) return 'the issuer offers one; the portal needs none, it reads groups by the API';
        throw new Doubt('the issuer announces none, and only a sign-in would show; the portal needs none, it reads groups by the API');
      },
    },
  ];
}

/** What to do when not even a token could be had, or it is not taken. */
function credentialFault(error: unknown, what: string): Error {
  const advice: Record<string, string> = {
    invalid_client: `Okta does not know ${what} by this key: check OKTA_SERVICE_CLIENT_ID, and that the key's public half is registered with the app`,
    invalid_scope: `${what} lacks a scope: grant it okta.users.read and okta.users.manage (Okta API Scopes)`,
    invalid_dpop_proof: `${what} asks for DPoP: switch that off in its settings`,
    use_dpop_nonce: `${what} asks for DPoP: switch that off in its settings`,
  };
  const known = error instanceof OktaError && error.code !== null ? advice[error.code] : undefined;
  if (known !== undefined) return new Error(known);
  if (statusOf(error) === 401) return new Error(`${what} is not valid: make a new one (API tokens end after 30 days unused)`);
  return new Error(`it could not be tried: ${short(error)}`, { cause: error });
}

function credentialChecks(okta: RealOrg, client: OktaClient, baseUrl: string): Check[] {
  const api = client.userFactorApi;
  const app = okta.credential.kind === 'private-key';
  const what = app ? 'the service app' : 'OKTA_API_TOKEN';
  const wider = app ? 'assign the app a role that manages users' : 'the role behind it needs to manage users';
  // Nobody has these ids: what is asked of them changes nothing, and a credential that may not is told so before.
  const nobody = { userId: '00u00000000000000000', factorId: 'uft00000000000000000' };
  let taken = false;
  let person: string | null = null;
  const once = () => {
    if (!taken) throw new Error('it can be tried once the credential is taken');
  };
  const someone = () => {
    once();
    if (person === null) throw new Doubt(`it cannot be told: ${what} sees nobody to ask about`);
    return person;
  };
  const refused = async (call: Promise<unknown>): Promise<boolean> => {
    try {
      await call;
      return false;
    } catch (error) {
      if (statusOf(error) === 403) return true;
      if (statusOf(error) === 404) return false;
      throw credentialFault(error, what);
    }
  };
  const catalog = async () => api.listSupportedFactors({ userId: someone() });

  return [
    {
      name: 'credential',
      async run() {
        try {
          const { users } = await client.users.searchUsers({ search: 'status eq "ACTIVE"', limit: 1 });
          taken = true;
          person = users[0]?.id ?? null;
        } catch (error) {
          if (statusOf(error) !== 403) throw credentialFault(error, what);
          taken = true;
          throw new Doubt(`${what} is taken, and may not search people: the helpdesk needs that`);
        }
        return `${what} is taken, and may search people`;
      },
    },
    {
      name: 'reading',
      async run() {
        once();
        const userId = person ?? nobody.userId;
        const reads: [string, Promise<unknown>][] = [
          ['a person', client.users.getUser({ userId })],
          ['their methods', api.listFactors({ userId })],
          ['what they are offered', api.listSupportedFactors({ userId })],
          ['their groups', client.groups.listUserGroups({ userId })],
        ];
        const results = await Promise.all(reads.map(async ([name, call]) => ((await refused(call)) ? name : null)));
        const missing = results.filter((name) => name !== null);
        if (missing.length > 0) throw new Error(`${what} may not read ${missing.join(', ')}: ${wider}`);
        return `${what} may read ${reads.map(([name]) => name).join(', ')}`;
      },
    },
    {
      name: 'changing',
      async run() {
        once();
        const [add, remove, read] = await Promise.all([
          refused(api.activateFactor({ ...nobody, body: { passCode: '000000' } })),
          refused(api.deleteFactor(nobody)),
          refused(api.listFactors(nobody)),
        ]);
        // A role confined to some people may be refused anything about a person who is none of them.
        if (read && person !== null) throw new Doubt(`it cannot be told: ${what} is confined to some people; try it as one of them`);
        if (add && remove) throw new Error(`${what} may neither add nor remove methods: ${wider}`);
        if (add) throw new Error(`${what} may remove methods, and not add or prove any: ${wider}`);
        if (remove) throw new Error(`${what} may add methods, and not remove any: ${wider}`);
        return `${what} may add, prove and remove methods, as far as can be told without changing any`;
      },
    },
    {
      name: 'roles',
      async run() {
        if (!(await refused(client.users.listAssignedRolesForUser({ userId: someone() })))) return `${what} may read administrators’ roles`;
        throw new Doubt(`${what} may not read administrators’ roles, which the helpdesk needs${app ? ': grant it okta.roles.read' : ''}`);
      },
    },
    {
      name: 'security questions',
      async run() {
        once();
        if (app) throw new Doubt('no scope lets a service app read them: people are not offered any; an API token could');
        if (await refused(api.listSupportedSecurityQuestions({ userId: someone() }))) throw new Doubt(`${what} may not read them: people are not offered any`);
        return `${what} may read them`;
      },
    },
    {
      name: 'kinds on offer',
      async run() {
        const names = new Set((await catalog()).map((entry) => kinds[kindOf(entry)].name));
        if (names.size > 0) return `${[...names].join(', ')} (to one person it can see; policies may differ)`;
        throw new Doubt('none, to one person it can see: is anything enabled in their enrollment policy, and is the policy’s network zone one that we call from?');
      },
    },
    {
      name: 'passkeys',
      async run() {
        if (!(await catalog()).some((entry) => kindOf(entry) === 'webauthn')) return 'not on offer';
        const [ours, theirs] = [new URL(baseUrl).hostname, new URL(okta.orgUrl).hostname];
        const untold = 'only enrolling one would show';
        if (mayCarry(theirs, ours)) return `they carry the org’s name, ${theirs}, unless it has set another (${untold}), and can be made here`;
        throw new Doubt(
          `they carry the org’s name, ${theirs}, unless it has set another (${untold}): people are sent to Okta for them. Made here, they need an org on a domain beside ${ours}, and a shared name set there`,
        );
      },
    },
  ];
}

function checksOf(config: Config): Check[] {
  const { okta, baseUrl } = config;
  if (!okta) return demoChecks(config);
  const client = createOktaClient({ orgUrl: okta.orgUrl, credential: okta.credential, clock: Date, userAgent: 'latchkey-doctor/0.1.0' });
  return [
    {
      name: 'org',
      async run() {
        const { pipeline } = await client.org.wellKnown().catch((error: unknown) => {
          throw new Error(`${okta.orgUrl} is out of reach (${short(error)}): check OKTA_ORG_URL and the way out`);
        });
        return `${okta.orgUrl} answers, ${pipeline === 'idx' ? 'Identity Engine' : 'Classic Engine'}`;
      },
    },
    ...signInChecks(okta, baseUrl),
    ...credentialChecks(okta, client, baseUrl),
    {
      name: 'mail',
      async run() {
        if (config.smtpUrl) return 'SMTP_URL is set';
        throw new Error('SMTP_URL is not set: people are not told of changes; notices wait in the outbox');
      },
    },
  ];
}

let config: Config;
try {
  config = readConfig(process.env);
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  for (const fault of error.faults) console.log(`FAILED  settings: ${fault}`);
  process.exit(1);
}

let failed = 0;
for (const { name, run } of checksOf(config)) {
  try {
    console.log(`passed  ${name}: ${await run()}`);
  } catch (error) {
    const doubt = error instanceof Doubt;
    if (!doubt) failed += 1;
    console.log(`${doubt ? 'warning' : 'FAILED '} ${name}: ${short(error)}`);
  }
}
process.exit(failed ? 1 : 0);

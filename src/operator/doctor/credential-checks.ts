import { sourceLocale } from '#contract/locale/locales.ts';
import { describeCapacity } from './capacity.ts';
import { check, ConfigWarning, short, type ConfigCheck } from './config-check.ts';
import type { RealOrg } from '#bff/config/config.ts';
import { getKind } from '#bff/platform/kinds/registry.ts';
import { mayCarry } from '#bff/identity/methods/passkeys.ts';
import { getTranslate } from '#bff/records/notifications/templates/messages.ts';
import type { OktaClient } from '#okta/client.ts';
import type { Credential } from '#okta/transport/credential.ts';
import { OktaError } from '#okta/wire/okta-error.ts';

const getStatus = (error: unknown) => (error instanceof OktaError ? error.status : null);

function credentialFault(error: unknown, what: string): Error {
  const advice: Record<string, string> = {
    invalid_client: `Okta does not know ${what} by this key: check OKTA_SERVICE_CLIENT_ID, and that the key's public half is registered with the app`,
    invalid_scope: `${what} lacks a scope: grant it okta.users.read and okta.users.manage (Okta API Scopes)`,
    invalid_dpop_proof: `Okta refuses the proof of possession (DPoP) of ${what}: set this machine's clock by NTP`,
    use_dpop_nonce: `Okta gives ${what} no nonce for its proof of possession (DPoP): let proxies pass the header DPoP-Nonce`,
  };
  const knownAdvice = error instanceof OktaError && error.code !== null ? advice[error.code] : undefined;
  if (knownAdvice !== undefined) return new Error(knownAdvice);
  if (getStatus(error) === 401)
    return new Error(
      `${what} is not valid: create a new one at Okta and set OKTA_API_TOKEN to it (API tokens expire after 30 days without use)`,
    );
  return new Error(`it could not be checked: ${short(error)}`, { cause: error });
}

type Org = {
  okta: RealOrg;
  baseUrl: string;
  connect: (credential: Credential) => OktaClient;
  client: OktaClient;
  api: OktaClient['userFactorApi'];
  /** `app`: the credential is a service app's. `what`: the credential's name in messages. */
  app: boolean;
  what: string;
  /** The advice if the credential lacks a right. */
  wider: string;
  /** Any person's id; null until a check finds a person. */
  person: string | null;
};

/** Okta checks rights first, so a call with these unknown ids tests the rights and changes nothing. */
const nobody = { userId: '00u00000000000000000', factorId: 'uft00000000000000000' };

function someone({ person, what }: Org): string {
  if (person === null) throw new ConfigWarning(`it cannot be checked: ${what} sees no person`);
  return person;
}

async function refused({ what }: Org, call: Promise<unknown>): Promise<boolean> {
  try {
    await call;
    return false;
  } catch (error) {
    if (getStatus(error) === 403) return true;
    if (getStatus(error) === 404) return false;
    throw credentialFault(error, what);
  }
}

const readCatalog = async (org: Org) => org.api.listSupportedFactors({ userId: someone(org) });

async function checkCredential(org: Org): Promise<string> {
  const { client, what } = org;
  try {
    const { users } = await client.users.searchUsers({ search: 'status eq "ACTIVE"', limit: 1 });
    org.person = users[0]?.id ?? null;
  } catch (error) {
    if (getStatus(error) !== 403) throw credentialFault(error, what);
    throw new ConfigWarning(`${what} works, but may not search people: the helpdesk needs that`);
  }
  const bound = { true: ' with tokens bound to a key (DPoP)', false: '' }[String(client.isBound())] ?? '';
  const advice =
    client.isBound() === false ? '; require DPoP in its settings at Okta, so that a stolen token is of no use' : '';
  return `${what} works${bound}, and may search people${advice}`;
}

async function checkReading(org: Org): Promise<string> {
  const { client, api, what, wider, person } = org;
  const userId = person ?? nobody.userId;
  const reads: [string, Promise<unknown>][] = [
    ['a person', client.users.getUser({ userId })],
    ['their methods', api.listFactors({ userId })],
    ['what they are offered', api.listSupportedFactors({ userId })],
    ['their groups', client.groups.listUserGroups({ userId })],
  ];
  const results = await Promise.all(reads.map(async ([name, call]) => ((await refused(org, call)) ? name : null)));
  const missing = results.filter((name) => name !== null);
  if (missing.length > 0) throw new Error(`${what} may not read ${missing.join(', ')}: ${wider}`);
  return `${what} may read ${reads.map(([name]) => name).join(', ')}`;
}

async function checkChanging(org: Org): Promise<string> {
  const { api, what, wider, person } = org;
  const [add, remove, read] = await Promise.all([
    refused(org, api.activateFactor({ ...nobody, body: { passCode: '000000' } })),
    refused(org, api.deleteFactor(nobody)),
    refused(org, api.listFactors(nobody)),
  ]);
  // The role covers only some people. For others, Okta refuses the call even if the role may change methods.
  if (read && person !== null)
    throw new ConfigWarning(`it cannot be checked: ${what} is limited to some people; sign in as one of them to check`);
  if (add && remove) throw new Error(`${what} may neither add nor remove methods: ${wider}`);
  if (add) throw new Error(`${what} may remove methods, but not add or verify them: ${wider}`);
  if (remove) throw new Error(`${what} may add methods, but not remove them: ${wider}`);
  return `${what} may add, verify and remove methods, as far as can be checked without a change`;
}

async function checkRateLimits(org: Org): Promise<string> {
  const { client } = org;
  const carried = describeCapacity(client.budget());
  if (carried === null) throw new ConfigWarning('no answer named a limit: a proxy may remove the headers');
  return carried;
}

/** If the app lacks the scope, Okta gives no token. */
function withScope({ okta: { credential }, connect, client }: Org, scope: string): OktaClient {
  if (credential.kind !== 'private-key') return client;
  return connect({ ...credential, scopes: [...new Set([...credential.scopes, scope])] });
}

async function checkRoles(org: Org): Promise<string> {
  const { what } = org;
  const userId = someone(org);
  try {
    await withScope(org, 'okta.roles.read').users.listAssignedRolesForUser({ userId });
    return `${what} may read administrators’ roles`;
  } catch (error) {
    const ungranted = error instanceof OktaError && error.code === 'invalid_scope';
    if (!ungranted && getStatus(error) !== 403) throw credentialFault(error, what);
    throw new ConfigWarning(
      `${what} may not read administrators’ roles, which the helpdesk needs (without them it treats everybody as privileged)${ungranted ? ': grant it okta.roles.read' : ''}`,
    );
  }
}

async function checkQuestions(org: Org): Promise<string> {
  const { api, app, what } = org;
  if (app)
    throw new ConfigWarning('no scope lets a service app read them, so people cannot add one; an API token could');
  if (await refused(org, api.listSupportedSecurityQuestions({ userId: someone(org) })))
    throw new ConfigWarning(`${what} may not read them, so people cannot add one`);
  return `${what} may read them`;
}

async function checkKinds(org: Org): Promise<string> {
  const t = getTranslate(sourceLocale);
  const names = new Set((await readCatalog(org)).map((entry) => t(`emails.kind.${getKind(entry)}`)));
  if (names.size > 0) return `${[...names].join(', ')} (for one person; policies may differ)`;
  throw new ConfigWarning(
    'none for one person: check that their enrollment policy enables methods, and that its network zone includes the portal',
  );
}

async function checkPasskeys(org: Org): Promise<string> {
  const { okta, baseUrl } = org;
  if (!(await readCatalog(org)).some((entry) => getKind(entry) === 'webauthn')) return 'not on offer';
  const [portalHost, orgHost] = [new URL(baseUrl).hostname, new URL(okta.orgUrl).hostname];
  const unknown = 'only adding one shows it';
  if (mayCarry(orgHost, portalHost))
    return `their relying-party id is the org’s, ${orgHost}, unless it has set another (${unknown}), so people can add them here`;
  throw new ConfigWarning(
    `their relying-party id is the org’s, ${orgHost}, unless it has set another (${unknown}), so people add them at Okta. To add them here, give the org a domain beside ${portalHost}, and set a shared relying-party id there`,
  );
}

async function checkUserVerification(org: Org): Promise<string> {
  let asked: string;
  try {
    const { org: api } = withScope(org, 'okta.authenticators.read');
    const { pipeline } = await api.wellKnown();
    if (pipeline === 'v1') return 'not known: Classic Engine has no API for it';
    const key = (await api.listAuthenticators()).find((one) => one.key === 'webauthn');
    if (key?.status !== 'ACTIVE') return 'security keys are not on offer';
    asked = await api.getKeyVerification({ authenticatorId: key.id });
  } catch (error) {
    const lacking = getStatus(error) === 403 || (error instanceof OktaError && error.code === 'invalid_scope');
    const advice = ': grant okta.authenticators.read to the service app, or let the role view authenticators';
    throw new ConfigWarning(`it could not be read${lacking ? advice : ` (${short(error)})`}`);
  }
  if (asked === 'REQUIRED') return 'the org requires security keys to verify their user, by PIN, finger or face';
  throw new ConfigWarning(
    `the org does not require it of security keys (${asked}), so whoever holds one may pass by a touch: set user verification to required at Okta, under Security > Authenticators, in the settings of security keys`,
  );
}

export function credentialChecks(
  okta: RealOrg,
  connect: (credential: Credential) => OktaClient,
  baseUrl: string,
): ConfigCheck[] {
  const client = connect(okta.credential);
  const app = okta.credential.kind === 'private-key';
  const org: Org = {
    ...{ okta, baseUrl, connect, client, app },
    api: client.userFactorApi,
    what: app ? 'the service app' : 'OKTA_API_TOKEN',
    wider: app ? 'assign the app a role that manages users' : 'the role behind it needs to manage users',
    person: null,
  };
  return [
    check('credential', () => checkCredential(org), 'org'),
    check('reading', () => checkReading(org), 'credential'),
    check('changing', () => checkChanging(org), 'credential'),
    check('rate limits', () => checkRateLimits(org), 'credential'),
    check('roles', () => checkRoles(org), 'credential'),
    check('security questions', () => checkQuestions(org), 'credential'),
    check('kinds on offer', () => checkKinds(org), 'credential'),
    check('passkeys', () => checkPasskeys(org), 'credential'),
    check('user verification', () => checkUserVerification(org), 'credential'),
  ];
}

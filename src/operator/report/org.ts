import { UsageError } from '../audit-verify/given-checkpoints.ts';
import type { Config } from '#bff/config/config.ts';
import { version } from '#bff/platform/lifecycle/version.ts';
import { createOktaClient, type OktaClient } from '#okta/client.ts';
import type { Credential } from '#okta/transport/credential.ts';
import { OktaError } from '#okta/wire/okta-error.ts';

type Org = { orgUrl: string; credential: Credential };

/** In the demo: the emulator, with the token of EMULATOR_API_TOKEN. */
export function readOrg({ okta, demo }: Pick<Config, 'okta' | 'demo'>): Org {
  if (okta) return okta;
  const token = demo?.apiToken;
  if (token === undefined)
    throw new UsageError('in the demo, set EMULATOR_API_TOKEN for the portal and for this command');
  return { orgUrl: demo?.url ?? `http://localhost:${demo?.port}`, credential: { kind: 'ssws', token } };
}

/** A read shows whether the credential has the scope. Okta checks rights first, so ids that do not exist are enough. */
const rights = {
  'okta.users.read': ['people and their methods', ({ userFactorApi: api }) => api.listFactors({ userId: NOBODY })],
  'okta.roles.read': ['administrators’ roles', ({ users }) => users.listAssignedRolesForUser({ userId: NOBODY })],
  'okta.groups.read': ['the members of groups', ({ groups }) => groups.getGroup({ groupId: NO_GROUP })],
} as const satisfies Record<string, readonly [string, (client: OktaClient) => Promise<unknown>]>;
export type Scope = keyof typeof rights;
const [NOBODY, NO_GROUP] = ['00u00000000000000000', '00g00000000000000000'];

/** Null if the credential has the right. */
async function findMissing(client: OktaClient, scope: Scope): Promise<string | null> {
  const [what, read] = rights[scope];
  try {
    await read(client);
  } catch (error) {
    const { code = null, status = null } = error instanceof OktaError ? error : {};
    const otherwise = scope === 'okta.roles.read' ? ', or say --without-roles' : '';
    if (code === 'invalid_scope') return `the service app may not read ${what}: grant it ${scope}${otherwise}`;
    if (status === 403) return `the credential may not read ${what}: its role needs the right to view them${otherwise}`;
    if (status !== 404) throw error;
  }
  return null;
}

/** Throws a UsageError that names all missing scopes. */
export async function openOrg({ orgUrl, credential }: Org, scopes: readonly Scope[], clock: { now(): number }) {
  const connect = (only: readonly Scope[]) =>
    createOktaClient({
      ...{ orgUrl, clock, userAgent: `latchkey-report/${version}` },
      credential: credential.kind === 'private-key' ? { ...credential, scopes: [...only] } : credential,
    });
  const missing: string[] = [];
  for (const scope of scopes) {
    const client = connect([scope]);
    const advice = await findMissing(client, scope);
    if (advice !== null) missing.push(advice);
    await client.close();
  }
  if (missing.length > 0) throw new UsageError(missing.join('\n'));
  return connect(scopes);
}

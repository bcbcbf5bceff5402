import type { FactorKind } from '#contract/kinds.ts';
import { createSecurityKey, type SecurityKey } from '#okta-emulator/testing/security-key.ts';
import type { Portal, TestEnv } from './test-env.ts';
import type { Visitor } from './visitor.ts';

/** All methods, lost: the choice in most tests' requests. */
export const allLost = { factorIds: 'all', reason: 'lost' } as const;
/** `allLost` as a caller verification stores it. */
export const allLostStored = { methods: [], all: 1, reason: 'lost' as const };
/** A stored answer on the person's own page after a step-up at Okta, for tests that only need an answer. */
export const answeredByOkta = { factor_id: null, strength: 3, used: [], doubt: null };
/** Returns a stored answer of a caller who used a factor; default: the person's first active factor. */
export async function verifiedBy({ okta }: Pick<Portal, 'okta'>, userId: string, factorId: string | null = null) {
  const active = (await okta.userFactorApi.listFactors({ userId })).filter(({ status }) => status === 'ACTIVE');
  const used = active
    .filter(({ id }) => factorId === null || id === factorId)
    .slice(0, 1)
    .map(({ id, created }) => ({ id, created, kind: 'okta-verify' as const, name: null, number: null }));
  return { factor_id: factorId, used };
}

type Wire = { id: string; _embedded: { activation: { challenge: string } } };

/** Calls the org's management API without the portal. Throws if the call fails. */
async function atEmulator(env: TestEnv, path: string, body: object = {}): Promise<Wire> {
  const headers = {
    authorization: `SSWS ${env.emulator.apiToken}`,
    'content-type': 'application/json',
    'user-agent': 'latchkey-test/0',
  };
  const answer = await fetch(`${env.emulator.url}/api/v1/users/${path}`, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as Wire;
}

/** Enrolls Okta Verify for a person. Returns the id of the push factor. */
export async function withPush(env: TestEnv, login: string): Promise<string> {
  await atEmulator(env, `${login}/factors`, { factorType: 'push', provider: 'OKTA' });
  const { factorId } = await env.simulator<{ factorId: string }>('POST', '/push', { user: login, answer: 'enroll' });
  return factorId;
}

/** Adds a phone number for text messages to a person. Returns the factor's id. */
export async function withPhone(env: TestEnv, login: string): Promise<string> {
  const profile = { phoneNumber: '+12015550142' };
  const { id } = await atEmulator(env, `${login}/factors`, { factorType: 'sms', provider: 'OKTA', profile });
  const passCode = await codeSent(env, login);
  // The factor gets a new id when it is activated.
  return (await atEmulator(env, `${login}/factors/${id}/lifecycle/activate`, { passCode })).id;
}

/** Adds a security key to a person, for this portal's host. */
export async function withKey(
  env: TestEnv,
  portal: Portal,
  login: string,
): Promise<{ factorId: string; key: SecurityKey }> {
  const key = createSecurityKey({ origin: portal.base });
  const begun = await atEmulator(env, `${login}/factors`, { factorType: 'webauthn', provider: 'FIDO' });
  await atEmulator(
    env,
    `${login}/factors/${begun.id}/lifecycle/activate`,
    key.register(begun._embedded.activation.challenge),
  );
  await portal.app.services.passkeys.learn('localhost');
  return { factorId: begun.id, key };
}

/** Answers the waiting push on a person's phone. */
export const answerPush = (env: TestEnv, user: string, answer: 'approve' | 'deny', number?: number | null) =>
  env.simulator('POST', '/push', { user, answer, ...(typeof number === 'number' && { number }) });

/** Returns the newest code sent to a person. */
export async function codeSent(env: TestEnv, login: string): Promise<string> {
  const found = (await env.emails(login)).find(({ code }) => code !== null);
  if (!found?.code) throw new Error(`no code was sent to ${login}`);
  return found.code;
}

/** Returns the id of the first method of a kind in the person's list. */
export async function findId(who: Visitor, kind: FactorKind): Promise<string> {
  const { factors } = (await who.call('listFactors')).body as { factors: { id: string; kind: FactorKind }[] };
  const found = factors.find((one) => one.kind === kind);
  if (!found) throw new Error(`there is no ${kind}`);
  return found.id;
}

/** Returns which methods of a kind are active. `open`: the old one. `added`: both. `moved`: the new. `off`: none. */
export async function createMove(
  who: Visitor,
  kind: FactorKind,
  old: string,
): Promise<'open' | 'added' | 'moved' | 'off'> {
  const { factors } = (await who.call('listFactors')).body as {
    factors: { id: string; kind: string; status: string }[];
  };
  const active = factors.filter((one) => one.kind === kind && one.status === 'ACTIVE');
  const isNew = active.some(({ id }) => id !== old);
  if (active.some(({ id }) => id === old)) return isNew ? 'added' : 'open';
  return isNew ? 'moved' : 'off';
}

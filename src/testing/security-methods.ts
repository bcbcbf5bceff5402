import type { FactorKind } from '#contract/kinds.ts';
import { createSecurityKey, type SecurityKey } from '#okta-emulator/testing/security-key.ts';
import type { Portal, TestEnv } from './test-env.ts';
import type { Visitor } from './visitor.ts';

export const allLost = { factorIds: 'all', reason: 'lost' } as const;
export const allLostStored = { methods: [], all: 1, reason: 'lost' as const };
/** An answer on the person's own page, after a step-up at Okta. */
export const answeredByOkta = { factor_id: null, strength: 3, used: [], doubt: null };
export async function verifiedBy({ okta }: Pick<Portal, 'okta'>, userId: string, factorId: string | null = null) {
  const active = (await okta.userFactorApi.listFactors({ userId })).filter(({ status }) => status === 'ACTIVE');
  const used = active
    .filter(({ id }) => factorId === null || id === factorId)
    .slice(0, 1)
    .map(({ id, created, lastUpdated }) => ({
      id,
      created,
      lastUpdated,
      kind: 'okta-verify' as const,
      name: null,
      number: null,
    }));
  return { factor_id: factorId, used };
}

type Wire = { id: string; _embedded: { activation: { challenge: string } } };

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

export async function withPush(env: TestEnv, login: string): Promise<string> {
  await atEmulator(env, `${login}/factors`, { factorType: 'push', provider: 'OKTA' });
  const { factorId } = await env.simulator<{ factorId: string }>('POST', '/push', { user: login, answer: 'enroll' });
  return factorId;
}

export async function withPhone(env: TestEnv, login: string): Promise<string> {
  const profile = { phoneNumber: '+12015550142' };
  const { id } = await atEmulator(env, `${login}/factors`, { factorType: 'sms', provider: 'OKTA', profile });
  const passCode = await codeSent(env, login);
  // Activation changes the factor's id.
  return (await atEmulator(env, `${login}/factors/${id}/lifecycle/activate`, { passCode })).id;
}

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

export const answerPush = (env: TestEnv, user: string, answer: 'approve' | 'deny', number?: number | null) =>
  env.simulator('POST', '/push', { user, answer, ...(typeof number === 'number' && { number }) });

export async function codeSent(env: TestEnv, login: string): Promise<string> {
  const found = (await env.emails(login)).find(({ code }) => code !== null);
  if (!found?.code) throw new Error(`no code was sent to ${login}`);
  return found.code;
}

export async function findId(who: Visitor, kind: FactorKind): Promise<string> {
  const { factors } = (await who.call('listFactors')).body as { factors: { id: string; kind: FactorKind }[] };
  const found = factors.find((one) => one.kind === kind);
  if (!found) throw new Error(`there is no ${kind}`);
  return found.id;
}

/** `open`: the old method is active. `added`: both. `moved`: the new one. `off`: none. */
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

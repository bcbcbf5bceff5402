import type { AuditEvent } from '#contract/audit-log/audit-events.ts';
import { expect } from 'vitest';
import { ADA, GRACE, HEDY, KATHERINE, type Portal, type TestEnv } from '#testing/test-env.ts';
import { said, type Visitor } from '#testing/visitor.ts';
import type { AuditKeys } from '#bff/records/audit-log/keys.ts';
import type { Session } from '#bff/identity/sessions/sessions.ts';
import type { Store } from '#bff/platform/store/open.ts';

export type BackupFixture = {
  portal: Portal;
  /** A visitor who signed in before the backup. */
  ada: Visitor;
  store: Store;
  /** Renames Ada's method until the returned function is called. */
  load(): () => Promise<void>;
};

const HOUR_MS = 3_600_000;

/** Open requests, codes and links, which a restore must end. Real ones would need many steps each. */
async function addOpenThings(store: Store, now: number): Promise<void> {
  const later = { created_at: now, expires_at: now + HOUR_MS };
  await store
    .insertInto('approvals')
    .values({ id: 'a1', agent_id: 'h', user_id: 'u', operation: 'reset', reset: '{}', status: 'waiting', ...later })
    .execute();
  await store
    .insertInto('caller_verifications')
    .values({
      ...{ id: 'v1', agent_id: 'h', agent_name: 'Hedy', user_id: 'u', type: 'own-session', methods: '[]', all: 0 },
      reason: 'lost',
      ...{ status: 'verified', code_mac: 'x.y', tries_left: 3, asked_at: now, ...later },
    })
    .execute();
  await store
    .insertInto('recovery_codes')
    .values({ user_id: 'u', outcome: 1, code_mac: 'x.y', expires_at: now + HOUR_MS })
    .execute();
}

export async function startBackupFixture(env: TestEnv, store: Store, auditKeys: AuditKeys): Promise<BackupFixture> {
  const mailer = () => Promise.reject(new Error('nobody takes mail'));
  const portal = await env.fresh({ app: { store, audit: { keys: auditKeys, sink: null }, mailer } });
  const ada = await portal.signedIn(ADA);
  const question = { kind: 'question', question: 'disliked_food', answer: 'Green turnips' };
  const added = await ada.call('enrollFactor', {}, { body: question });
  expect(added.status).toBe(201);
  const { id: factorId } = added.body.factor as { id: string };
  await addOpenThings(store, env.clock.now());
  return {
    portal,
    ada,
    store,
    load() {
      let isOver = false;
      let count = 0;
      const living = (async () => {
        while (!isOver) {
          const reply = await ada.call('nameFactor', { factorId }, { body: { name: `mine ${(count += 1)}` } });
          expect(reply.status).toBeLessThan(300);
        }
      })();
      return async () => {
        isOver = true;
        await living;
        expect(count).toBeGreaterThan(0);
      };
    },
  };
}

/** Changes that the restore loses: one reset, and two people who freeze their methods. */
export async function goOnAfterBackup({ portal, store }: BackupFixture): Promise<{ grace: string; katherine: string }> {
  // A reset of a person's methods.
  await store
    .insertInto('recovery_codes')
    .values({ user_id: 'w', outcome: 2, code_mac: 'x.y', expires_at: Number.MAX_SAFE_INTEGER })
    .execute();
  for (const login of [GRACE, KATHERINE])
    expect((await (await portal.signedIn(login)).call('freezeMyself')).status).toBe(204);
  await portal.signedIn(HEDY);
  const rows = await portal.app.services.auditLog.head();
  expect(rows.seq).toBeGreaterThan(0);
  const found = await Promise.all(
    [GRACE, KATHERINE].map(async (login) => {
      const search = { search: `profile.login eq "${login}"`, limit: 1 };
      return (await portal.okta.users.searchUsers(search)).users[0]!.id;
    }),
  );
  return { grace: found[0]!, katherine: found[1]! };
}

/** `codesNeeded`: people who still need a recovery code for their first method. */
export async function checkRestored(
  env: TestEnv,
  store: Store,
  {
    ada,
    auditKeys,
    codesNeeded = ['u', 'w'],
  }: Pick<BackupFixture, 'ada'> & { auditKeys: AuditKeys; codesNeeded?: string[] },
): Promise<Portal> {
  const sent: string[] = [];
  const mailer = async ({ to }: { to: string }) => void sent.push(to);
  const portal = await env.another({ app: { store, audit: { keys: auditKeys, sink: null }, mailer } });
  const old = portal.visitor();
  old.plant(ada.token()!);
  expect(said(await old.call('listFactors'))).toBe('401 signed_out');
  // A new sign-in starts a session only if it began after the restore.
  env.advance(120);
  expect(said(await (await portal.signedIn(ADA)).call('listFactors'))).toBe('200');
  const links = store
    .selectFrom('freeze_links')
    .select('user_id')
    .where('expires_at', '<', env.clock.now() + HOUR_MS);
  expect(await links.execute()).toEqual([]);
  // These people need a new code, because after a reset a password alone must not add a method.
  const codes = await store.selectFrom('recovery_codes').select(['user_id', 'code_mac', 'sealed']).execute();
  expect(codes.map(({ user_id }) => user_id).sort()).toEqual(codesNeeded);
  expect(codes.filter(({ code_mac, sealed }) => code_mac !== '' || sealed !== null)).toEqual([]);
  const { recoveryCodes } = portal.app.services.helpdeskServices;
  for (const user_id of codesNeeded)
    await expect(recoveryCodes.redeem({ id: 's', user_id } as Session, undefined)).rejects.toMatchObject({
      details: { rule: 'over' },
    });
  expect(await store.selectFrom('caller_verifications').select(['status', 'code_mac']).execute()).toEqual([
    { status: 'expired', code_mac: null },
  ]);
  const waiting = store.selectFrom('approvals').select('id').where('status', '=', 'waiting');
  expect(await waiting.where('expires_at', '>', env.clock.now()).execute()).toEqual([]);
  await portal.app.services.outbox.flush();
  expect(sent).toEqual([]);
  return portal;
}

/** Oldest first. */
export const readRows = (store: Store, event: AuditEvent) =>
  store
    .selectFrom('audit_log')
    .select(['actor', 'subject', 'reason'])
    .where('event', '=', event)
    .orderBy('seq')
    .execute();

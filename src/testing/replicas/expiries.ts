import { setTimeout as pause } from 'node:timers/promises';
import { sha256, randomToken } from '#bff/platform/store/secrets.ts';
import { said, type Visitor } from '../visitor.ts';
import type { Replica, Rig } from './rig.ts';

const GRACE = 'grace@example.com';
const KATHERINE = 'katherine@example.com';
/** Six people with freeze links, and three with held locks. */
export const OTHERS = 9;
/** Lifetime of what expires in this test, in ms. */
const LASTS_MS = 3500;
/** How many ms too early or too late something may expire. */
const NEAR_MS = 1000;
const SLACK_MS = 1000;

const form = {
  'content-type': 'application/x-www-form-urlencoded',
  'sec-fetch-site': 'same-origin',
  origin: 'null',
  accept: 'text/html',
};

async function getApp(who: Visitor, state: 'ACTIVE' | 'PENDING_ACTIVATION'): Promise<string> {
  const { factors } = (await who.call('listFactors')).body as {
    factors: { id: string; kind: string; status: string }[];
  };
  return factors.find(({ kind, status }) => kind === 'totp' && status === state)!.id;
}

/** Sessions, step-ups, grants, locks and emailed links expire at the same time, and are used until then. */
export async function watchExpiries(
  { replicas, store, visitor: newVisitor }: Rig,
  others: readonly { id: string; login: string }[],
): Promise<string[]> {
  const faults: string[] = [];
  const signedIn = async (login: string, replica = replicas[0]!) => {
    const visitor = newVisitor(replica);
    await visitor.signIn(login);
    return visitor;
  };
  const getSession = async (who: Visitor) => {
    const found = store.selectFrom('sessions').select('id').where('token_hash', '=', sha256(who.token()!));
    return (await found.executeTakeFirstOrThrow()).id;
  };
  const [linked, locked] = [others.slice(0, 6), others.slice(6, OTHERS)];
  const [grace, brief, katherine] = [await signedIn(GRACE), await signedIn(GRACE), await signedIn(KATHERINE)];
  const waiting = await Promise.all(replicas.map((replica, n) => signedIn(locked[n]!.login, replica)));
  const [active, pending] = [await getApp(grace, 'ACTIVE'), await getApp(katherine, 'PENDING_ACTIVATION')];
  const tokens = linked.map(() => randomToken(32));

  // PostgreSQL decides what has expired, by this machine's clock. Only the portals' clocks are shifted.
  const expires_at = Date.now() + LASTS_MS;
  const ended = store
    .updateTable('sessions')
    .set({ ends_at: expires_at })
    .where('id', '=', await getSession(brief));
  await ended.execute();
  const stepUp = { id: 'brief', purpose: `remove:${active}` as const, strength: 9, consumed_at: null, expires_at };
  await store
    .insertInto('step_ups')
    .values({ ...stepUp, session_id: await getSession(grace) })
    .execute();
  const grant = { factor_id: pending, kind: 'totp', how: 'secret' as const, qr: null, expires_at };
  await store
    .insertInto('grants')
    .values({ ...grant, session_id: await getSession(katherine) })
    .execute();
  const links = linked.map(({ id: user_id }, n) => ({
    token_hash: sha256(tokens[n]!),
    user_id,
    name: '',
    expires_at,
    frozen_at: null,
  }));
  await store.insertInto('freeze_links').values(links).execute();
  const leases = locked.map(({ id }) => ({ name: `person ${id}`, fence: 1, expires_at }));
  await store.insertInto('locks').values(leases).execute();

  async function follow(what: string, isValid: () => Promise<boolean>): Promise<void> {
    const seen = new Set<boolean>();
    while (Date.now() < expires_at + NEAR_MS + 500) {
      const begun = Date.now();
      const valid = await isValid();
      seen.add(valid);
      if (!valid && Date.now() < expires_at - NEAR_MS) faults.push(`${what} ended early`);
      if (valid && begun > expires_at + NEAR_MS) faults.push(`${what} ended late`);
      await pause(50);
    }
    if (seen.size < 2) faults.push(`${what} was always ${[...seen].join()}`);
  }

  /** Each at a different portal. Returns how many people are frozen. */
  async function pressLinks(from: number): Promise<number> {
    const press = (replica: Replica, n: number) =>
      newVisitor(replica).raw({ method: 'POST', path: `/freeze/${tokens[from + n]}`, headers: form, body: '' });
    await Promise.all(replicas.map(press));
    const ids = linked.slice(from, from + 3).map(({ id }) => id);
    return (await store.selectFrom('freezes').select('at').where('user_id', 'in', ids).execute()).length;
  }
  async function followLinks(): Promise<void> {
    await pause(expires_at - NEAR_MS - 500 - Date.now());
    const before = await pressLinks(0);
    if (before < 3 && Date.now() < expires_at - NEAR_MS) faults.push(`${3 - before} links ended early`);
    await pause(expires_at + NEAR_MS - Date.now());
    const after = await pressLinks(3);
    if (after > 0) faults.push(`${after} links ended late`);
  }

  /** The person's lock is held, so the time of the change's intent shows when the lease ended. */
  async function followLocks(): Promise<void> {
    const body = { kind: 'question', question: 'disliked_food', answer: 'Green turnips' };
    for (const reply of await Promise.all(waiting.map((who) => who.call('enrollFactor', {}, { body }))))
      if (reply.status !== 201) faults.push(`a change that waited was answered ${said(reply)}`);
    const ids = locked.map(({ id }) => id);
    const rows = store.selectFrom('audit_log').select('at').where('event', '=', 'user.mfa.factor.enroll');
    const intents = await rows.where('subject', 'in', ids).where('type', '=', 'intent').execute();
    if (intents.length !== locked.length) faults.push(`${intents.length} of ${locked.length} changes have an intent`);
    for (const { at } of intents)
      if (at < expires_at - NEAR_MS || at > expires_at + NEAR_MS + SLACK_MS)
        faults.push(`a lease ended ${at - expires_at} ms late`);
  }

  const onEach = replicas.flatMap((replica, n) => {
    const [hers, short, theirs] = [grace, brief, katherine].map((who) => {
      const tab = newVisitor(replica);
      tab.plant(who.token()!);
      return tab;
    }) as [Visitor, Visitor, Visitor];
    const factor = async (tab: Visitor, factorId: string) => (await tab.call('getFactor', { factorId })).body;
    return [
      follow(`the session on ${n}`, async () => said(await short.call('getSession')) === '200'),
      follow(`the step-up on ${n}`, async () => (await factor(hers, active)).removal.steppedUp as boolean),
      follow(`the grant on ${n}`, async () => (await factor(theirs, pending)).enrollment !== null),
    ];
  });
  await Promise.all([followLinks(), followLocks(), ...onEach]);
  return faults;
}

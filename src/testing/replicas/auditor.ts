import { verifyAuditLog } from '#operator/audit-verify/verify-log.ts';
import { ask } from './ask.ts';
import type { Ledger } from './ledger.ts';
import type { Method, Person } from './people.ts';
import type { Rig } from './rig.ts';

/** `status` is 0 if the answer was lost. */
export type OrgChange = {
  userId: string;
  what: 'enroll' | 'activate' | 'remove';
  factorId: string | null;
  status: number;
};

type Logged = { method: string; path: string; status: number };

const changePath = /^\/api\/v1\/users\/([^/]+)\/factors(?:\/([^/]+)(\/lifecycle\/activate)?)?$/;

function changeIn({ method, path, status }: Logged): OrgChange | null {
  const [, userId, factorId, activate] = changePath.exec(path) ?? [];
  if (userId === undefined) return null;
  if (method === 'DELETE' && factorId !== undefined && !activate) return { userId, what: 'remove', factorId, status };
  if (method !== 'POST') return null;
  if (factorId === undefined) return { userId, what: 'enroll', factorId: null, status };
  return activate ? { userId, what: 'activate', factorId, status } : null;
}

export type ChangeWatch = { changes: OrgChange[]; look(): Promise<void>; stop(): Promise<void> };

/** The emulator keeps only its last requests, so this collects all of them. */
export function watchChanges(rig: Pick<Rig, 'org' | 'simulator'>): ChangeWatch {
  const changes: OrgChange[] = [];
  let marks = 0;
  let looking: Promise<void> = Promise.resolve();
  const readMark = (number: number) => `/api/v1/mark-${number}`;
  const look = () =>
    (looking = looking.then(async () => {
      const before = readMark(marks);
      marks += 1;
      await ask(`${rig.org.url}${readMark(marks)}`);
      const newest = await rig.simulator<Logged[]>('GET', '/requests');
      const from = newest.findIndex(({ path }) => path === readMark(marks));
      const to = newest.findIndex(({ path }) => path === before);
      if (from < 0 || (to < 0 && marks > 1)) throw new Error('the org kept too few requests');
      for (const one of newest.slice(from, to < 0 ? undefined : to).reverse()) {
        const change = changeIn(one);
        if (change) changes.push(change);
      }
    }));
  const timer = setInterval(() => void look().catch(() => {}), 2000);
  return {
    changes,
    look,
    async stop() {
      clearInterval(timer);
      await look();
    },
  };
}

const listEvents = {
  enroll: ['user.mfa.factor.enroll'],
  activate: ['user.mfa.factor.activate'],
  remove: ['user.mfa.factor.deactivate', 'user.mfa.factor.reset'],
} as const;

export type Row = {
  seq: number;
  type: string;
  intent: number | null;
  event: string;
  subject: string | null;
  factor_id: string | null;
  outcome: string | null;
};

export function compare(rows: readonly Row[], changes: readonly OrgChange[], told: Ledger['told']): string[] {
  const found: string[] = [];
  const outcomes = Map.groupBy(
    rows.filter(({ type }) => type === 'outcome'),
    ({ intent }) => intent,
  );
  for (const { seq, event } of rows.filter(({ type }) => type === 'intent')) {
    const { length } = outcomes.get(seq) ?? [];
    if (length !== 1) found.push(`the intent ${seq} (${event}) has ${length} outcomes`);
  }
  const about = Map.groupBy(rows, ({ subject }) => subject);
  const getName = ({ userId, what, factorId }: OrgChange) => `${what} ${userId} ${factorId ?? ''}`;
  for (const [name, all] of Map.groupBy(changes, getName)) {
    const { userId, what, factorId } = all[0]!;
    const intents = (about.get(userId) ?? []).filter(
      ({ type, event, factor_id: id }) =>
        type === 'intent' &&
        (listEvents[what] as readonly string[]).includes(event) &&
        (what === 'enroll' || id === null || id === factorId || event === 'user.mfa.factor.reset'),
    );
    if (all.length > intents.length)
      found.push(`the org was asked ${all.length} times, by ${intents.length} intents: ${name}`);
    const made = all.filter(({ status }) => status >= 200 && status < 300).length;
    if (what !== 'enroll' && made > 1) found.push(`made ${made} times: ${name}`);
  }
  for (const { userId, what, factorId } of told) {
    const isThere = about
      .get(userId)
      ?.some(
        ({ type, event, factor_id: id, outcome }) =>
          type === 'outcome' &&
          outcome === 'success' &&
          (listEvents[what] as readonly string[]).includes(event) &&
          (id === factorId || event === 'user.mfa.factor.reset'),
      );
    if (!isThere) found.push(`told that it was done, and the log does not know it: ${what} ${factorId} of ${userId}`);
  }
  return found;
}

async function emailFaults(rig: Rig, people: readonly Person[]): Promise<string[]> {
  const sent = await rig.store
    .selectFrom('outbox')
    .innerJoin('audit_log', 'audit_log.seq', 'outbox.event')
    .select(['outbox.address', 'outbox.sent_at', 'audit_log.event', 'audit_log.factor_id', 'audit_log.subject'])
    .execute();
  const found: string[] = [];
  const about = Map.groupBy(sent, ({ event, factor_id: id, address }) => `${event} ${id} to ${address}`);
  for (const [what, { length }] of about) if (length > 1) found.push(`${length} emails about ${what}`);
  for (const { who } of people) {
    const own = sent.filter(({ subject }) => subject === who.id);
    const inbox = await rig.simulator<{ channel: string }[]>('GET', `/messages?user=${encodeURIComponent(who.login)}`);
    const { length } = inbox.filter(({ channel }) => channel === 'email');
    if (length !== own.length) found.push(`${who.login} got ${length} emails of ${own.length}`);
  }
  return found;
}

async function stateFaults(rig: Rig, people: readonly Person[]): Promise<string[]> {
  const found: string[] = [];
  const shown = (list: readonly { id: string; status: string }[]) =>
    list.map(({ id, status }) => `${id} ${status}`).toSorted();
  for (const person of people) {
    const answer = await ask(`${rig.org.url}/api/v1/users/${person.who.id}/factors`, {
      headers: { authorization: `SSWS ${rig.org.apiToken}` },
    });
    const truth = shown((await answer.json()) as Method[]);
    const page = shown((await person.list()) ?? []);
    if (truth.join() !== page.join()) found.push(`${person.who.login} sees ${page.join()}, and has ${truth.join()}`);
  }
  return found;
}

const SETTLED_MS = 150_000;

/** Waits until no intent is open and every email is sent. Returns a fault after `SETTLED_MS`. */
async function openAfterReconciling(rig: Rig): Promise<string[]> {
  for (const until = Date.now() + SETTLED_MS; ;) {
    const intents = await rig.store.selectFrom('open_intents').select('seq').execute();
    const emails = await rig.store.selectFrom('outbox').select('id').where('sent_at', 'is', null).execute();
    if (intents.length + emails.length === 0) return [];
    if (Date.now() > until) return [`${intents.length} intents and ${emails.length} emails stay open`];
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

export async function audit(
  rig: Rig,
  { people, ledger, watch }: { people: readonly Person[]; ledger: Ledger; watch: ChangeWatch },
): Promise<string[]> {
  const open = await openAfterReconciling(rig);
  await watch.stop();
  const rows = await rig.store
    .selectFrom('audit_log')
    .select(['seq', 'type', 'intent', 'event', 'subject', 'factor_id', 'outcome'])
    .where('type', 'in', ['intent', 'outcome'])
    .execute();
  const chain = await verifyAuditLog(rig.store);
  const found = [
    ...open,
    ...(chain ? [`the chain does not verify: ${JSON.stringify(chain)}`] : []),
    ...compare(rows, watch.changes, ledger.told),
    ...(await stateFaults(rig, people)),
    ...(await emailFaults(rig, people)),
    ...ledger.violations,
  ];
  return [...Map.groupBy(found, (fault) => fault)].map(([fault, { length }]) => `${fault} (${length} times)`);
}

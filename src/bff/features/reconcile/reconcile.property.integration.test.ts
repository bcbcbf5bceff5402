import fc from 'fast-check';
import { expect, test } from 'vitest';
import { codeSent } from '#testing/security-methods.ts';
import { ADA, testEnv, type Portal } from '#testing/test-env.ts';
import type { Visitor } from '#testing/visitor.ts';
import { verifyAuditLog } from '#operator/audit-verify/verify-log.ts';

/** A failure prints the seed and the path that reproduce it. `npm run soak` runs more sequences. */
const { SOAK_SEQUENCES = '1000', SOAK_SEED: seed, SOAK_PATH: path } = process.env;
const extent = {
  numRuns: Math.ceil(Number(SOAK_SEQUENCES) / 50),
  ...(seed !== undefined && { seed: Number(seed) }),
  ...(path !== undefined && { path }),
};
const env = await testEnv();

const kinds = {
  totp: { wire: 'token:software:totp', name: 'Authenticator app', body: {} },
  sms: { wire: 'sms', name: 'Text message', body: {} },
  question: { wire: 'question', name: 'Security question', body: { question: 'disliked_food', answer: 'turnips' } },
};
type Kind = keyof typeof kinds;
type Change = 'enroll' | 'activate' | 'deactivate';
type Step = {
  change: Change | 'reconcile';
  kind: Kind;
  cut: 'before' | 'after' | null;
  portal: number;
  /** Whole seconds, because the emulator's times have no fractions. */
  waits: number;
  number: number;
  /** The other portal reconciles at the same time. */
  isRacing: boolean;
};
const steps = fc.array(
  fc.record<Step>({
    change: fc.constantFrom('enroll', 'enroll', 'activate', 'activate', 'deactivate', 'deactivate', 'reconcile'),
    kind: fc.constantFrom('totp', 'totp', 'sms', 'sms', 'question'),
    cut: fc.constantFrom('before', 'after', null),
    portal: fc.nat(1),
    waits: fc.constantFrom(1, 1, 6, 31),
    number: fc.nat(1),
    isRacing: fc.boolean(),
  }),
  { minLength: 6, maxLength: 24 },
);
const matches: Record<Change, string> = {
  enroll: 'POST /api/v1/users/*/factors',
  activate: 'POST /api/v1/users/*/factors/*/lifecycle/activate',
  deactivate: 'DELETE /api/v1/users/*/factors/*',
};

type Wire = { id: string; factorType: string; status: string; lastUpdated: string };
/** Asks the emulator directly. */
async function readFactors(): Promise<Wire[]> {
  const headers = { authorization: `SSWS ${env.emulator.apiToken}`, 'user-agent': 'latchkey-test/0' };
  const answer = await fetch(`${env.emulator.url}/api/v1/users/${ADA}/factors`, { headers });
  return (await answer.json()) as Wire[];
}

/** Compares the lists from before and after a change. */
function effectsOf(change: Change, before: readonly Wire[], after: readonly Wire[]): string[] {
  const old = new Map(before.map((one) => [one.id, one]));
  const news = after.filter((one) => old.get(one.id)?.lastUpdated !== one.lastUpdated);
  if (change === 'deactivate')
    return before.filter(({ id }) => !after.some((one) => one.id === id)).map(({ id }) => `deactivate ${id}`);
  return news.flatMap(({ id, status }) => [
    ...(change === 'enroll' ? [`enroll ${id}`] : []),
    ...(status === 'ACTIVE' ? [`activate ${id}`] : []),
  ]);
}

const count = (all: readonly string[]) => {
  const counts: Record<string, number> = {};
  for (const one of all.toSorted()) counts[one] = (counts[one] ?? 0) + 1;
  return counts;
};

async function request(who: Visitor, portal: Portal, { change, kind, number }: Step, factors: readonly Wire[]) {
  const own = factors.filter((one) => one.factorType === kinds[kind].wire);
  if (change === 'enroll') {
    await portal.stepUp(who, `enroll:${kind}`, 4);
    const phone = kind === 'sms' && { phoneNumber: `+1555010012${number}` };
    return who.call('enrollFactor', {}, { body: { kind, startOver: true, ...kinds[kind].body, ...phone } });
  }
  const target = own.find(({ status }) => (status === 'PENDING_ACTIVATION') === (change === 'activate')) ?? own[0];
  if (!target) return null;
  if (change === 'activate') {
    const passCode = kind === 'sms' ? await codeSent(env, ADA) : await env.code(ADA).catch(() => '000000');
    return who.call('activateFactor', { factorId: target.id }, { body: { passCode } });
  }
  await portal.stepUp(who, `remove:${target.id}`, 4);
  return who.call('deleteFactor', { factorId: target.id });
}

/** Returns how many effects had a lost answer. */
async function play(sequence: readonly Step[]): Promise<number> {
  const portal = await env.fresh();
  const portals = [portal, await env.another({ app: { store: portal.store } })];
  const first = await portal.signedIn(ADA);
  const visitors = portals.map((one) => one.visitor());
  for (const who of visitors) who.plant(first.token()!);
  const effects: string[] = [];
  const emails: string[] = [];
  let lost = 0;
  for (const step of sequence) {
    env.advance(step.waits);
    const [here, there] = step.portal === 0 ? portals : portals.toReversed();
    if (step.change === 'reconcile') {
      await here!.app.reconcile();
      continue;
    }
    const before = await readFactors();
    if (step.cut) await env.fault({ match: matches[step.change], cut: step.cut });
    const racing = step.isRacing ? there!.app.reconcile() : undefined;
    await request(visitors[step.portal]!, here!, step, before);
    await racing;
    await env.clearFaults();
    const did = effectsOf(step.change, before, await readFactors());
    effects.push(...did);
    if (did.length > 0 && step.cut) lost += 1;
    const { name } = kinds[step.kind];
    const isActive = (effect: string) => before.some(({ id, status }) => status === 'ACTIVE' && effect.endsWith(id));
    for (const effect of did) {
      if (effect.startsWith('activate')) emails.push(`${name} was added`);
      if (effect.startsWith('deactivate') && isActive(effect)) emails.push(`${name} was removed`);
    }
  }
  for (const one of portals) await one.app.reconcile();
  const rows = await portal.auditRows({}, 'seq', 'type', 'intent', 'event', 'outcome', 'factor_id');
  const changes = rows.filter(({ event }) => event.startsWith('user.mfa.factor.'));
  const said = changes.map(({ event, factor_id: id }) => `${event.replace('user.mfa.factor.', '')} ${id}`);
  const successes = count(said.filter((_, index) => changes[index]!.outcome === 'success'));
  const happened = count(effects);
  expect(Object.entries(successes).filter(([change, times]) => times > (happened[change] ?? 0))).toEqual([]);
  const outbox = await portal.store.selectFrom('outbox').select('subject').execute();
  // A reconciled removal names no number, because Okta no longer has the method.
  const told = outbox
    .map(({ subject }) => subject.replace(/ \(•••• 012[01]\)/, ''))
    .flatMap((subject) => /: (.* was (?:added|removed))/.exec(subject)?.[1] ?? []);
  // Each email goes to both addresses of the account.
  expect(count(told)).toEqual(count([...emails, ...emails]));
  const open = changes.filter(
    ({ type, seq }) => type === 'intent' && rows.filter((one) => one.intent === seq).length !== 1,
  );
  expect(open).toEqual([]);
  expect(await verifyAuditLog(portal.store)).toBeNull();
  return lost;
}

test(
  'no order of changes, lost answers and reconciliations gives a success without its effect, or an effect nobody is told of',
  { timeout: 1_800_000 },
  async () => {
    let lost = 0;
    const check = await fc.check(
      fc.asyncProperty(steps, async (sequence) => void (lost += await play(sequence))),
      extent,
    );
    expect(check.failed, `${fc.defaultReportMessage(check)}\n${String(check.errorInstance)}`).toBe(false);
    expect(lost).toBeGreaterThan(0);
    console.log(`reconciliation: seed ${check.seed}`);
  },
);

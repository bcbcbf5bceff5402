import type { PurposeText } from '#contract/purposes.ts';
import { afterEach, expect, test } from 'vitest';
import { createMove } from '#testing/security-methods.ts';
import { freePort } from '#testing/free-port.ts';
import { ensureBuilt, startServerProcess, type ServerProcess } from '#testing/server-process.ts';
import { openTestStore } from '#testing/store.ts';
import { ADA, ANNIE, GRACE, HEDY, KATHERINE, MARGARET } from '#testing/test-env.ts';
import { said, signedInAt, type Reply } from '#testing/visitor.ts';
import { verifyAuditLog } from '#operator/audit-verify/verify-log.ts';
import type { Store } from '../../../platform/store/open.ts';
import { temporaryFolder } from '#testing/programs/temporary-folder.ts';

/** One kill interrupts all people's replacements. */
const PATIENCE = 180_000;
const TOKEN = 'a-token-of-this-test-alone';

type Kind = 'totp' | 'okta-verify' | 'sms';
/** `stored`: enrolls the old number again. `remove`: removes the old number after the new one. */
type Call = 'delete' | 'enroll' | 'activate' | 'stored' | 'remove';
/** `after it`: Okta carried out the call, and only its answer is lost. */
type Done = 'before it' | 'after it';
type Point = readonly [login: string, kind: Kind, call: Call, done: Done];

const points: Record<'classic' | 'oie', readonly Point[]> = {
  classic: [
    [MARGARET, 'sms', 'delete', 'before it'],
    ['evelyn@example.com', 'sms', 'delete', 'after it'],
    ['joan@example.com', 'sms', 'enroll', 'before it'],
    [ADA, 'sms', 'enroll', 'after it'],
    [KATHERINE, 'sms', 'activate', 'before it'],
    [HEDY, 'sms', 'activate', 'after it'],
    [ANNIE, 'sms', 'stored', 'before it'],
    ['dorothy@example.com', 'sms', 'stored', 'after it'],
    ['radia@example.com', 'totp', 'delete', 'before it'],
    [GRACE, 'okta-verify', 'enroll', 'before it'],
  ],
  oie: [
    [GRACE, 'totp', 'delete', 'before it'],
    [HEDY, 'totp', 'delete', 'after it'],
    [ANNIE, 'totp', 'enroll', 'before it'],
    [ADA, 'totp', 'enroll', 'after it'],
    [KATHERINE, 'totp', 'activate', 'before it'],
    ['dorothy@example.com', 'totp', 'activate', 'after it'],
    [MARGARET, 'sms', 'enroll', 'after it'],
    ['evelyn@example.com', 'sms', 'activate', 'after it'],
    ['joan@example.com', 'sms', 'remove', 'before it'],
    ['radia@example.com', 'sms', 'remove', 'after it'],
  ],
};

let server: ServerProcess;
let store: Store;
let folder: string;
afterEach(async () => {
  await server?.kill();
  await store?.destroy();
});

type Wire = { id: string; factorType: string; provider: string; status: string };
async function ask<T>(path: string, body?: object): Promise<T> {
  const headers = {
    authorization: `SSWS ${TOKEN}`,
    'user-agent': 'latchkey-test/0',
    ...(body && { 'content-type': 'application/json' }),
  };
  const method = body ? 'POST' : 'GET';
  const answer = await fetch(`${server.emulator}${path}`, { method, headers, body: body && JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T;
}
const simulator = <T>(path: string, body?: object) => ask<T>(`/simulator/api${path}`, body);

const wires: Record<Kind, Pick<Wire, 'factorType' | 'provider'>> = {
  totp: { factorType: 'token:software:totp', provider: 'GOOGLE' },
  'okta-verify': { factorType: 'token:software:totp', provider: 'OKTA' },
  sms: { factorType: 'sms', provider: 'OKTA' },
};
const isOf = (kind: Kind) => (one: Wire) =>
  one.factorType === wires[kind].factorType && one.provider === wires[kind].provider;

async function at([login, kind, call, done]: Point, index: number) {
  const factors = (more = '') => `/api/v1/users/${login}/factors${more}`;
  const list = async () => (await ask<Wire[]>(factors())).filter(isOf(kind));
  async function codeOf(factorId: string): Promise<string> {
    if (kind !== 'sms') {
      const shown = await simulator<{ factorId: string; code: string }[]>(`/authenticators?user=${login}`);
      return shown.find((one) => one.factorId === factorId)!.code;
    }
    const sent = await simulator<{ code: string | null }[]>(`/messages?user=${login}`);
    return sent.find(({ code }) => code !== null)!.code!;
  }
  async function have(wanted: Kind, profile?: object) {
    if ((await ask<Wire[]>(factors())).some((one) => isOf(wanted)(one) && one.status === 'ACTIVE')) return;
    const { id } = await ask<Wire>(factors(), { ...wires[wanted], ...(profile && { profile }) });
    const shown = await simulator<{ factorId: string; code: string }[]>(`/authenticators?user=${login}`);
    const sent = await simulator<{ code: string | null }[]>(`/messages?user=${login}`);
    const passCode = wanted === 'sms' ? sent[0]!.code : shown.find(({ factorId }) => factorId === id)!.code;
    await ask(factors(`/${id}/lifecycle/activate`), { passCode });
  }
  await have('totp');
  await have('sms', { phoneNumber: `+155501002${10 + index}` });
  const [{ id: old }] = (await list()) as [Wire];
  const who = await signedInAt(server, login);
  const session = await store
    .selectFrom('sessions')
    .select(['id', 'user_id'])
    .where('login', '=', login)
    .executeTakeFirstOrThrow();
  const userId = session.user_id;
  let given = 0;
  async function give(purpose: PurposeText) {
    given += 1;
    const row = { strength: 4, expires_at: Date.now() + 600_000, consumed_at: null };
    const id = `${login} ${given}`;
    await store
      .insertInto('step_ups')
      .values({ ...row, id, session_id: session.id, purpose })
      .execute();
  }
  const replace = (number: string | null, more: object = {}) => {
    const own = kind === 'okta-verify' ? { method: 'totp' } : kind === 'sms' && number ? { phoneNumber: number } : {};
    return who.call('replaceFactor', { factorId: old }, { body: { kind, ...own, ...more } });
  };
  const activate = async (made: Reply) => {
    const { id: factorId } = made.body.factor as { id: string };
    return who.call('activateFactor', { factorId }, { body: { passCode: await codeOf(factorId) } });
  };
  const fault = (more: object, what: string) =>
    simulator('/faults', { match: what.replace('factors', `api/v1/users/${userId}/factors`), ...more });

  const newNumber = `+155501003${10 + index}`;
  const { seq: before } = await store.selectFrom('audit_log_head').select('seq').executeTakeFirstOrThrow();
  await give(`replace:${old}`);
  let action: () => Promise<Reply> = () => replace(newNumber);
  if (call === 'stored') {
    await fault({ status: 400, body: { errorCode: 'E0000098', errorCauses: [] } }, 'POST /factors');
    expect(said(await replace(newNumber))).toBe('400 bad_phone');
    action = () => replace(null);
  }
  if (call === 'activate' || call === 'remove') {
    const made = await replace(newNumber);
    expect(said(made)).toBe('201');
    action = () => activate(made);
  }
  if (call === 'remove') {
    expect(said(await action())).toBe('200');
    action = () => who.call('deleteFactor', { factorId: old });
  }
  const interrupted = {
    delete: 'DELETE /factors/*',
    remove: 'DELETE /factors/*',
    enroll: 'POST /factors',
    stored: 'POST /factors',
    activate: 'POST /factors/*/lifecycle/activate',
  }[call];
  await fault(done === 'before it' ? { delayMs: 600_000 } : { cut: 'never' }, interrupted);

  return {
    who,
    action,
    /** Whether the call has arrived at Okta and, for `after it`, was carried out. */
    async isReached(): Promise<boolean> {
      if ((await simulator<{ match: string }[]>('/faults')).some(({ match }) => match.includes(userId))) return false;
      const now = await list();
      if (done === 'before it') return true;
      const fresh = now.filter(({ id }) => id !== old);
      if (call === 'delete' || call === 'remove') return now.every(({ id }) => id !== old);
      return fresh.some(({ status }) => call === 'enroll' || status === 'ACTIVE');
    },
    /** Repeats the steps that the pages offer until the replacement is finished. */
    async goOn(): Promise<void> {
      const again = async (change: (more?: object) => Promise<Reply>): Promise<Reply> => {
        let reply = await change();
        const isOpen = said(reply) === '409 open_elsewhere';
        const more = isOpen ? { startOver: true } : {};
        if (isOpen) reply = await change(more);
        if (said(reply) !== '403 step_up_required') return reply;
        await give((reply.body.error as { purpose: PurposeText }).purpose);
        return change(more);
      };
      for (let steps = 0; steps < 3; steps += 1) {
        const state = await createMove(who, kind, old);
        if (state === 'moved') return;
        if (state === 'added') {
          expect(said(await again(() => who.call('deleteFactor', { factorId: old })))).toBe('204');
          continue;
        }
        const number = call === 'stored' ? null : `+155501004${10 + index}`;
        const made = await again((more) => replace(number, more));
        expect([login, said(made)]).toEqual([login, '201']);
        if (made.body.activation !== null) expect(said(await activate(made))).toBe('200');
      }
      throw new Error(`${login} could not go on`);
    },
    async left() {
      const rows = await store
        .selectFrom('audit_log')
        .selectAll()
        .where('subject', '=', userId)
        .where('seq', '>', before)
        .orderBy('seq')
        .execute();
      const outcomes = rows
        .filter(({ type }) => type === 'intent')
        .map(({ seq }) => rows.filter(({ intent }) => intent === seq).map(({ outcome }) => outcome));
      const emails = await store
        .selectFrom('outbox')
        .select('subject')
        .where('address', '=', login)
        .where('event', '>', before)
        .execute();
      const grants = await store
        .selectFrom('replacements')
        .select('granted_until')
        .where('user_id', '=', userId)
        .where('granted_until', '>', 0)
        .execute();
      const said = emails.flatMap(({ subject }) => /(?:was|is) (\w+)/.exec(subject)?.[1] ?? []);
      const entries = (await who.call('getSecurityHistory')).body.entries as {
        id: string;
        event: string;
        outcome: string;
      }[];
      return {
        unclear: outcomes.filter((all) => all.length !== 1 || !['success', 'failure'].includes(all[0]!)),
        emails: said.toSorted(),
        history: entries
          .filter(
            (one) => Number(one.id) > before && one.outcome === 'success' && one.event.startsWith('user.mfa.factor'),
          )
          .map(({ event }) => event.replace('user.mfa.factor.', '')),
        grants,
        methods: (await list()).map(({ id, status }) => [id === old, status]),
      };
    },
  };
}

test.each(['classic', 'oie'] as const)(
  '[D1] killed in every call of a replacement on %s: everybody goes on, and is told once',
  { timeout: PATIENCE },
  async (engine) => {
    await ensureBuilt();
    folder = temporaryFolder();
    const env = { EMULATOR_ENGINE: engine, EMULATOR_API_TOKEN: TOKEN };
    const settings = { port: await freePort(), emulatorPort: await freePort(), folder, env };
    server = await startServerProcess(settings);
    store = await openTestStore(folder);
    const people: Awaited<ReturnType<typeof at>>[] = [];
    for (const [index, point] of points[engine].entries()) people.push(await at(point, index));
    const going = people.map(({ action }) => action().catch(() => null));
    for (const [index, { isReached }] of people.entries())
      await expect.poll(isReached, { interval: 20, message: points[engine][index]!.join(', ') }).toBe(true);
    await server.kill();
    await Promise.all(going);
    // The killed process would hold its locks for 30 s.
    await store.updateTable('locks').set({ expires_at: 0 }).execute();
    server = await startServerProcess(settings);
    const open = () => store.selectFrom('open_intents').select('seq').execute();
    await expect.poll(open, { interval: 20 }).toEqual([]);
    // A person gets at most one message in 30 s.
    await simulator('/clock', { advanceSeconds: 45 });
    for (const { goOn } of people) await goOn();
    const left = [];
    for (const [index, { left: of }] of people.entries()) left.push([...points[engine][index]!, await of()]);
    expect(left).toEqual(
      points[engine].map((point) => [
        ...point,
        {
          unclear: [],
          emails: ['being', 'replaced'],
          history: ['replace'],
          grants: [],
          methods: [[false, 'ACTIVE']],
        },
      ]),
    );
    expect(await verifyAuditLog(store)).toBeNull();
  },
);

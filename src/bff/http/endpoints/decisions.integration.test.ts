import { createClock } from '#clock';
import { stubOptions } from '#testing/stub-options.ts';
import { beforeEach, expect, test } from 'vitest';
import type { EndpointName } from '#contract/endpoints.ts';
import { allLost, findId, withPhone, withPush } from '#testing/security-methods.ts';
import { readContents } from '#testing/store-contents.ts';
import { ADA, ANNIE, GRACE, HEDY, testEnv, type Portal } from '#testing/test-env.ts';
import { said, type Reply, type Visitor } from '#testing/visitor.ts';
import { endpointRows } from '../../endpoint-rows.ts';
import {
  requestedChanges,
  signInAgent,
  type SignedInStaff,
  startVerification,
} from '../../features/helpdesk/testing/agent-fixture.ts';
import { personId } from '../../features/helpdesk/testing/helpdesk-fixture.ts';
import type { Actor, Operation } from '../../records/audit-log/audit-log.ts';
import { getBody } from '#testing/requests/route-table.ts';
import { isForHelpdesk, isStop } from '../policies.ts';

const { shown } = stubOptions(createClock()).settings;

const env = await testEnv();
let portal: Portal;
let grace: string;
let [hedy, annie] = [] as unknown as [SignedInStaff, SignedInStaff];
beforeEach(async () => {
  portal = await env.fresh({ settings: { shown: { ...shown, languages: ['en', 'de'] } } });
  grace = await personId(portal, GRACE);
});
const staff = async () => {
  [hedy, annie] = [await signInAgent(portal, HEDY), await signInAgent(portal, ANNIE)];
};
const steppedUp = async (login: string, ...purposes: Parameters<Portal['stepUp']>[1][]): Promise<Visitor> => {
  const who = await portal.signedIn(login);
  for (const purpose of purposes) await portal.stepUp(who, purpose, 3);
  return who;
};
const begin = async (body: object): Promise<[Visitor, string]> => {
  const ada = await portal.signedIn(ADA);
  return [ada, (await ada.call('enrollFactor', {}, { body })).body.factor.id];
};
const started =
  (body: object, to = GRACE) =>
  async () => {
    await staff();
    void to;
    return () =>
      hedy.visitor.call('startCallerVerification', { userId: grace }, { body: { choice: allLost, ...body } as never });
  };
const asked = async (): Promise<string> => {
  await staff();
  const reply = await hedy.reset(grace, { callerVerificationId: undefined, note: 'abroad' });
  const id = reply.body.approval.id as string;
  await annie.stepUp(`approve:${id}`);
  return id;
};
const decides = (body: object) => async () => {
  const id = await asked();
  return () => annie.visitor.call('decideApproval', { id }, { body: body as never });
};
const question = async (): Promise<{ id: string; who: Visitor }> => {
  await staff();
  const { id } = (await startVerification(hedy.visitor, grace, { type: 'own-session' })).body;
  return { id, who: await steppedUp(GRACE, 'caller-verification') };
};

/** Prepares a change, and returns the function that sends its last request. */
type Begin = () => Promise<() => Promise<Reply>>;
/** One entry for each endpoint that changes something and does not stop a thief. */
const begins: Partial<Record<EndpointName, Record<string, Begin>>> = {
  enrollFactor: {
    app: async () => {
      const ada = await portal.signedIn(ADA);
      return () => ada.call('enrollFactor', {}, { body: { kind: 'totp' } });
    },
  },
  activateFactor: {
    app: async () => {
      const [ada, factorId] = await begin({ kind: 'totp' });
      const passCode = await env.code(ADA);
      return () => ada.call('activateFactor', { factorId }, { body: { passCode } });
    },
  },
  resendFactor: {
    number: async () => {
      const [ada, factorId] = await begin({ kind: 'sms', phoneNumber: '+15550100123' });
      env.advance(31);
      return () => ada.call('resendFactor', { factorId });
    },
  },
  sendActivationLink: {
    email: async () => {
      const [ada, factorId] = await begin({ kind: 'okta-verify', method: 'push' });
      return () => ada.call('sendActivationLink', { factorId }, { body: { channel: 'email' } });
    },
  },
  verifyFactor: {
    'a code': async () => {
      const who = await portal.signedIn(GRACE);
      const factorId = await findId(who, 'totp');
      const body = { passCode: await env.nextCode(GRACE), purpose: 'enroll:question' } as const;
      return () => who.call('verifyFactor', { factorId }, { body });
    },
    'a push': async () => {
      const factorId = await withPush(env, GRACE);
      const who = await portal.signedIn(GRACE);
      return () => who.call('verifyFactor', { factorId }, { body: {} });
    },
  },
  cancelTransaction: {
    'a push': async () => {
      const factorId = await withPush(env, GRACE);
      const who = await portal.signedIn(GRACE);
      const { transactionId } = (await who.call('verifyFactor', { factorId }, { body: {} })).body;
      return () => who.call('cancelTransaction', { factorId, transactionId });
    },
  },
  chooseLanguage: {
    another: async () => {
      const who = await portal.signedIn(GRACE);
      return () => who.call('chooseLanguage', {}, { body: { locale: 'de' } });
    },
  },
  nameFactor: {
    app: async () => {
      const who = await portal.signedIn(GRACE);
      const factorId = await findId(who, 'totp');
      return () => who.call('nameFactor', { factorId }, { body: { name: 'mine' } });
    },
  },
  deleteFactor: {
    app: async () => {
      const factorId = await findId(await portal.signedIn(GRACE), 'totp');
      const who = await steppedUp(GRACE, `remove:${factorId}`);
      return () => who.call('deleteFactor', { factorId });
    },
  },
  replaceFactor: {
    app: async () => {
      const factorId = await findId(await portal.signedIn(GRACE), 'totp');
      const who = await steppedUp(GRACE, `replace:${factorId}`);
      return () => who.call('replaceFactor', { factorId }, { body: { kind: 'totp' } });
    },
  },
  answerCallerVerification: {
    yes: async () => {
      const { id, who } = await question();
      return () => who.call('answerCallerVerification', { id }, { body: { answer: 'yes' } });
    },
  },
  startCallerVerification: {
    push: async () => started({ type: 'push', factorId: await withPush(env, GRACE) })(),
    'call back': async () => {
      const factorId = await withPhone(env, GRACE);
      env.advance(30 * 24 * 3600);
      return started({ type: 'call-back', factorId, attest: true })();
    },
    'own session': started({ type: 'own-session' }),
  },
  checkCallerCode: {
    'the right code': async () => {
      const { id, who } = await question();
      const { code } = (await who.call('answerCallerVerification', { id }, { body: { answer: 'yes' } })).body;
      return () => hedy.visitor.call('checkCallerCode', { userId: grace, id }, { body: { code } });
    },
  },
  resetMethods: {
    'by the agent': async () => {
      await staff();
      await hedy.stepUp(`helpdesk:${grace}`);
      const callerVerificationId = await hedy.verified(grace);
      return () => hedy.requestReset(grace, { callerVerificationId });
    },
    'a request to approvers': async () => {
      await staff();
      await hedy.stepUp(`helpdesk:${grace}`);
      return () => hedy.requestReset(grace, { note: 'abroad' });
    },
  },
  unfreeze: {
    'a request to approvers': async () => {
      await staff();
      await portal.app.services.helpdeskServices.freezes.freeze(grace);
      env.advance(1);
      await hedy.stepUp(`helpdesk:${grace}`);
      return () => hedy.requestUnfreeze(grace, { note: 'abroad' });
    },
  },
  unlock: {
    'by the agent': async () => {
      await staff();
      await env.setStatus(GRACE, 'LOCKED_OUT');
      await hedy.stepUp(`helpdesk:${grace}`);
      const callerVerificationId = await hedy.verified(grace, 'push', { methods: [], reason: 'locked-out' });
      return () => hedy.visitor.call('unlock', { userId: grace }, { body: { ticket: 'INC-7', callerVerificationId } });
    },
  },
  decideApproval: { approve: decides({ decision: 'approve' }), deny: decides({ decision: 'deny', reason: 'attack' }) },
  revealRecoveryCode: {
    'handed over': async () => {
      const id = await asked();
      await annie.visitor.call('decideApproval', { id }, { body: { decision: 'approve' } });
      const { sealer } = portal.app.services;
      const sealed = sealer.seal('BFHKMQRWXY234567', `recovery code ${grace}`);
      await portal.store.updateTable('recovery_codes').set({ approval_id: id, sealed }).execute();
      await annie.stepUp(`recovery-code:${id}`);
      return () => annie.visitor.call('revealRecoveryCode', { id });
    },
  },
  cancelEnrollments: {
    'nothing left': async () => {
      await staff();
      return () => hedy.visitor.call('cancelEnrollments', { userId: grace });
    },
  },
};

const deciding = (Object.keys(endpointRows) as EndpointName[]).filter(
  (name) => endpointRows[name].change && !isStop(endpointRows[name], getBody(name)),
);
const cases = deciding.flatMap((name) =>
  Object.entries(begins[name] ?? { missing: () => Promise.reject(new Error(`${name} decides: begin it`)) }).map(
    ([how, ready]) => ({ name, how, ready }),
  ),
);
const frozenToo = cases.filter(({ name }) => endpointRows[name].freezable || isForHelpdesk(endpointRows[name]));

/** Not compared: `ofGuards` are written by a request's checks. */
const ofGuards = ['audit_log', 'audit_log_head', 'counted_events', 'locks', 'step_ups', 'known_names', 'code_attempts'];
const counts = ['wrong_code_counts', 'lockout_misses', 'write_checks', 'replicas', 'org_facts', 'seen_addresses'];
const decided = async () => {
  const { caller_verifications: verifications, ...others } = await readContents(portal.store, ...ofGuards, ...counts);
  // `tries_left` is lowered before the code is compared.
  return { ...others, verifications: verifications!.map(({ tries_left: _left, ...rest }) => rest) };
};
const rows = () => portal.auditRows({}, 'seq', 'type', 'event', 'outcome');

/** Calls `by` just before decision number `at` (from 0). Returns null if the request makes fewer decisions. */
async function interrupted(
  request: () => Promise<Reply>,
  by: (userId: string, id: string) => Promise<unknown>,
  at: number,
) {
  const { auditLog } = portal.app.services;
  const was: { before: unknown; seq: number }[] = [];
  let decisions = 0;
  const interrupting = <Args extends [Operation | Actor, ...unknown[]], T>(write: (...args: Args) => Promise<T>) =>
    async function (...args: Args): Promise<T> {
      const [who] = args;
      if ('type' in who && who.type === 'decision' && ++decisions === at + 1) {
        await by(who.session.user_id, who.session.id);
        was.push({ before: await decided(), seq: (await rows()).at(-1)!.seq });
      }
      return write(...args);
    };
  auditLog.event = interrupting(auditLog.event);
  auditLog.intend = interrupting(auditLog.intend);
  auditLog.change = interrupting(auditLog.change as never) as typeof auditLog.change;
  // Sends the emails of the preparation.
  await portal.app.services.outbox.flush();
  await env.takeRequests();
  const reply = await request();
  const [{ before, seq } = {}] = was;
  if (seq === undefined) return null;
  const isDecided = ({ type, outcome }: Awaited<ReturnType<typeof rows>>[number]) =>
    type === 'intent' || (type === 'event' && outcome === 'success');
  const later = (await rows()).filter((one) => one.seq > seq && isDecided(one));
  return { reply, later, before, after: await decided(), changes: await requestedChanges(env) };
}

/** Before the first decision, the request must get `answer`. */
async function expectNoDecision(
  { name, ready }: (typeof cases)[number],
  by: (userId: string, id: string) => Promise<unknown>,
  answer: string,
): Promise<void> {
  for (let at = 0; ; at += 1) {
    portal = await env.fresh({ settings: { shown: { ...shown, languages: ['en', 'de'] } } });
    grace = await personId(portal, GRACE);
    const told = await interrupted(await ready(), by, at);
    if (told === null) return expect(at).toBeGreaterThan(0);
    expect([at, told.later]).toEqual([at, []]);
    expect(told.reply.status).toBeGreaterThanOrEqual(400);
    if (at > 0) continue;
    // `verifyFactor` calls Okta before its first decision.
    expect([said(told.reply), name === 'verifyFactor' || told.changes]).toEqual([
      answer,
      name === 'verifyFactor' || [],
    ]);
    expect(told.after).toEqual(told.before);
  }
}

const endSession = (_userId: string, id: string) => portal.store.deleteFrom('sessions').where('id', '=', id).execute();
const freeze = (userId: string) => portal.app.services.helpdeskServices.freezes.freeze(userId);

test.each(cases)('$name, $how: is recorded', async ({ ready }) => {
  const request = await ready();
  const last = (await rows()).at(-1)!.seq;
  const reply = await request();
  expect([reply.status < 300, reply.body?.error]).toEqual([true, undefined]);
  expect((await rows()).filter(({ seq }) => seq > last).length).toBeGreaterThan(0);
});

test.each(cases)('[S9] $name, $how: decides nothing once its session has ended', (one) =>
  expectNoDecision(one, endSession, '401 signed_out'),
);

test.each(frozenToo)('[A8] $name, $how: decides nothing once who acts is frozen', (one) =>
  expectNoDecision(one, freeze, '423 frozen'),
);

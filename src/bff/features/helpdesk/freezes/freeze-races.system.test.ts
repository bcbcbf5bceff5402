import { expect, test } from 'vitest';
import type { PurposeText } from '#contract/purposes.ts';
import type { OktaClient } from '#okta/client.ts';
import { verifyAuditLog } from '#operator/audit-verify/verify-log.ts';
import { ANNIE, GRACE, HEDY, testEnv, type Portal } from '#testing/test-env.ts';
import { said, type Visitor } from '#testing/visitor.ts';
import { freezeByLink, signInAgent, type SignedInStaff, startVerification } from '../testing/agent-fixture.ts';
import { personId } from '../testing/helpdesk-fixture.ts';

/** Runs before and after each call to Okta about factors and users. */
let hook: () => Promise<void> = async () => {};
const hooked = (client: OktaClient): OktaClient => {
  const around = <T extends object>(api: T): T =>
    new Proxy(api, {
      get(target, name) {
        const call = Reflect.get(target, name) as unknown;
        if (typeof call !== 'function') return call;
        return async (...args: unknown[]) => {
          await hook();
          const answer = (await call.apply(target, args)) as unknown;
          await hook();
          return answer;
        };
      },
    });
  return { ...client, userFactorApi: around(client.userFactorApi), users: around(client.users) };
};

const env = await testEnv();
let portal: Portal;
let grace: string;
let hedy: SignedInStaff;
let annie: SignedInStaff;

const factors = () => portal.okta.userFactorApi.listFactors({ userId: grace });
const idOfApp = async () => (await factors()).find(({ provider }) => provider === 'GOOGLE')!.id;
const stepUp = (who: Visitor, purpose: PurposeText) => portal.stepUp(who, purpose, 3);
const frozen = () => portal.app.services.helpdeskServices.frozenAt(grace);

type Race = {
  what: string;
  /** Returns the request that the freeze interrupts. */
  begin(who: Visitor): Promise<() => Promise<{ status: number }>>;
};
const gone = new Set<string>(['user.mfa.factor.deactivate', 'user.mfa.factor.reset', 'user.mfa.factor.reset_all']);
const begun = new Set<string>(['user.mfa.factor.enroll', 'user.mfa.factor.activate']);
const question = { kind: 'question', question: 'disliked_food', answer: 'liver and onions' } as const;
const races: Race[] = [
  {
    what: 'enroll, at once',
    async begin(who) {
      for (const one of await factors())
        if (one.factorType === 'question')
          await portal.okta.userFactorApi.deleteFactor({ userId: grace, factorId: one.id });
      await stepUp(who, 'enroll:question');
      return () => who.call('enrollFactor', {}, { body: question });
    },
  },
  {
    what: 'enroll, by phone',
    async begin(who) {
      for (const one of await factors())
        if (one.provider === 'OKTA') await portal.okta.userFactorApi.deleteFactor({ userId: grace, factorId: one.id });
      await stepUp(who, 'enroll:okta-verify');
      return () => who.call('enrollFactor', {}, { body: { kind: 'okta-verify', method: 'push' } });
    },
  },
  {
    what: 'activate',
    async begin(who) {
      await portal.okta.userFactorApi.deleteFactor({ userId: grace, factorId: await idOfApp() });
      await stepUp(who, 'enroll:totp');
      const begun = await who.call('enrollFactor', {}, { body: { kind: 'totp' } });
      expect(said(begun)).toBe('201');
      const passCode = await env.code(GRACE, 'GOOGLE');
      return () => who.call('activateFactor', { factorId: begun.body.factor.id }, { body: { passCode } });
    },
  },
  {
    what: 'verify',
    async begin(who) {
      const factorId = await idOfApp();
      const body = { passCode: await env.code(GRACE, 'GOOGLE'), purpose: 'enroll:question' } as const;
      return () => who.call('verifyFactor', { factorId }, { body });
    },
  },
  {
    what: 'remove',
    async begin(who) {
      const factorId = await idOfApp();
      await stepUp(who, `remove:${factorId}`);
      return () => who.call('deleteFactor', { factorId });
    },
  },
  {
    what: 'replace',
    async begin(who) {
      const factorId = await idOfApp();
      await stepUp(who, `replace:${factorId}`);
      return () => who.call('replaceFactor', { factorId }, { body: { kind: 'totp' } });
    },
  },
  {
    what: 'answer the helpdesk',
    async begin(who) {
      const { id } = (await startVerification(hedy.visitor, grace, { type: 'own-session' })).body;
      await stepUp(who, 'caller-verification');
      return () => who.call('answerCallerVerification', { id }, { body: { answer: 'yes' } });
    },
  },
  {
    what: 'reset',
    async begin() {
      const factorIds = [await idOfApp()];
      await hedy.stepUp(`helpdesk:${grace}`);
      const callerVerificationId = await hedy.verified(grace);
      return () => hedy.requestReset(grace, { factorIds, callerVerificationId });
    },
  },
  {
    what: 'approve',
    async begin() {
      const asked = await hedy.reset(grace, { callerVerificationId: undefined, note: 'abroad' });
      const { id } = asked.body.approval as { id: string };
      await annie.stepUp(`approve:${id}`);
      return () => annie.visitor.call('decideApproval', { id }, { body: { decision: 'approve' } });
    },
  },
  {
    what: 'unfreeze',
    async begin() {
      await portal.app.services.helpdeskServices.freezes.freeze(grace);
      env.advance(1);
      const { id } = (await hedy.unfreeze(grace, { note: 'abroad' })).body.approval as { id: string };
      await annie.stepUp(`approve:${id}`);
      return () => annie.visitor.call('decideApproval', { id }, { body: { decision: 'approve' } });
    },
  },
];

async function setUp(): Promise<void> {
  hook = async () => {};
  portal = await env.fresh({ okta: hooked });
  grace = await personId(portal, GRACE);
  hedy = await signInAgent(portal, HEDY);
  annie = await signInAgent(portal, ANNIE);
}

test.each(races)('a freeze at each call of: $what', async ({ what, begin }) => {
  for (let at = 0; ; at += 1) {
    await setUp();
    const [who, owner] = [await portal.signedIn(GRACE), await portal.signedIn(GRACE)];
    const request = await begin(who);
    const before = new Set((await factors()).filter(({ status }) => status === 'ACTIVE').map(({ id }) => id));
    let calls = 0;
    let pressed: string | undefined;
    hook = async () => {
      calls += 1;
      if (calls - 1 !== at) return;
      // During an unfreeze the person is already frozen. Then only a freeze by a link withdraws the unfreeze.
      pressed = '204';
      if (what === 'unfreeze') await freezeByLink(portal, grace);
      else pressed = said(await owner.call('freezeMyself'));
    };
    await request();
    hook = async () => {};
    if (pressed === undefined) {
      expect(at).toBeGreaterThan(2);
      return;
    }
    expect(pressed).toBe('204');
    expect(await frozen()).not.toBeNull();
    const pending = () => portal.store.selectFrom('tasks').select('user_id').where('kind', '=', 'cancel').execute();
    await expect.poll(pending).toEqual([]);
    expect((await factors()).filter(({ id }) => !before.has(id))).toEqual([]);
    const rows = await portal.auditRows({});
    const freeze = rows.findLast(({ event }) => event === 'user.account.freeze')!;
    const later = rows.filter(({ seq, type }) => seq > freeze.seq && type === 'intent');
    const isOfTheirs = (id: string | null) => before.has(id!);
    expect(later.filter(({ event, factor_id: id }) => (gone.has(event) ? isOfTheirs(id) : begun.has(event)))).toEqual(
      [],
    );
    expect(await portal.store.selectFrom('sessions').select('id').where('user_id', '=', grace).execute()).toEqual([]);
    expect(await verifyAuditLog(portal.store)).toBeNull();
  }
});

const staff: Record<string, () => SignedInStaff> = { reset: () => hedy, approve: () => annie };
const ended = races.filter(({ what }) => what !== 'unfreeze');
test.each(ended)('[S9] the end of the session at each call of: $what', async ({ what, begin }) => {
  const way = what.startsWith('re') ? 'endSession' : 'endOtherSessions';
  for (let at = 0; ; at += 1) {
    await setUp();
    const member = staff[what]?.();
    const who = member?.visitor ?? (await portal.signedIn(GRACE));
    const owner = await portal.signedIn(member?.login ?? GRACE);
    const request = await begin(who);
    const { sessions } = (await owner.call('listSessions')).body;
    const { id } = sessions.find(({ current }: { current: boolean }) => !current);
    let calls = 0;
    let pressed: string | undefined;
    hook = async () => {
      calls += 1;
      if (calls - 1 === at) pressed = said(await owner.call(way, way === 'endSession' ? { id } : {}));
    };
    const { status } = await request();
    hook = async () => {};
    if (pressed === undefined) {
      expect(at).toBeGreaterThan(2);
      return;
    }
    expect([pressed, status === 500]).toEqual(['204', false]);
    if (what === 'answer the helpdesk') expect(status).not.toBe(200);
    const rows = await portal.auditRows({});
    const end = rows.find(({ event, actor, subject }) => event.startsWith('user.session.end') && actor === subject)!;
    expect(rows.filter(({ seq, type }) => seq > end.seq && type === 'intent')).toEqual([]);
    expect(said(await who.call('getSession'))).toBe('401 signed_out');
  }
});

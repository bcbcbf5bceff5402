import type { PurposeText } from '#contract/purposes.ts';
import type { Email } from '#bff/records/notifications/outbox.ts';
import { allLost, codeSent, findId } from '#testing/security-methods.ts';
import { ANNIE, GRACE, HEDY, type Portal, type TestEnv } from '#testing/test-env.ts';
import type { Reply, Visitor } from '#testing/visitor.ts';
import { recoveryCodeIn, signInAgent, type SignedInStaff } from './agent-fixture.ts';
import { beforeLists, helpdeskOfDemo, personId } from './helpdesk-fixture.ts';

export const HOUR = 3600;
export const DAY = 24 * HOUR;
export const both = { mailbox: true } as const;

type Settings = Parameters<typeof helpdeskOfDemo>[1];
/** `mailbox`: the address whose mailbox the attacker reads. True: all of the person's. `kind`: the attacker's app. */
type Loot = { mailbox?: boolean | string; kind?: 'totp' | 'okta-verify' };

export type AttackFixture = Awaited<ReturnType<typeof createAttackFixture>>;

export type Attack = {
  attack: string;
  /** Nothing else stops the attack. */
  safeguard: string;
  /** Default: Grace's. */
  login?: string;
  settings?: (env: { env: TestEnv }) => Settings;
  play: (fixture: AttackFixture) => Promise<void>;
};

/** Hedy is an agent, Annie an approver. Most attacks are on Grace. */
export async function createAttackFixture(env: TestEnv, settings: Settings = {}) {
  let beforeList: (userId: string) => Promise<void> = async () => {};
  const emails: Email[] = [];
  const mailer = async (email: Email) => void emails.unshift(email);
  const portal: Portal = await env.fresh({
    app: { helpdesk: helpdeskOfDemo(env, settings), mailer },
    okta: beforeLists((userId) => beforeList(userId)),
  });
  const grace = await personId(portal, GRACE);

  async function codeIn(mailbox: boolean | string): Promise<string | undefined> {
    await portal.app.services.outbox.flush();
    return emails
      .filter(({ to }) => mailbox === true || to === mailbox)
      .flatMap(({ body }) => recoveryCodeIn(body) ?? [])[0];
  }

  const fixture = {
    env,
    portal,
    grace,
    hedy: await signInAgent(portal, HEDY),
    annie: await signInAgent(portal, ANNIE),

    async signIn(): Promise<void> {
      [fixture.hedy, fixture.annie] = [await signInAgent(portal, HEDY), await signInAgent(portal, ANNIE)];
    },

    async later(seconds: number): Promise<void> {
      env.advance(seconds);
      await fixture.signIn();
    },

    /** Runs `work` once, just before the portal lists this person's factors. */
    beforeNextList(whose: string, work: () => Promise<void>): void {
      beforeList = async (userId) => {
        if (userId !== whose) return;
        beforeList = async () => {};
        await work();
      };
    },

    /** The attacker adds an app on their own phone, after a sign-in with the password or in a stolen session. */
    async enroll(login: string, { mailbox = false, kind = 'totp' }: Loot = {}, session?: Visitor): Promise<void> {
      const who = session ?? (await portal.signedIn(login));
      const recoveryCode = mailbox === false ? undefined : await codeIn(mailbox);
      const body = kind === 'totp' ? { kind } : ({ kind, method: 'totp' } as const);
      const begun = await who.call(
        'enrollFactor',
        {},
        {
          body: { ...body, startOver: true, ...(recoveryCode && { recoveryCode }) },
        },
      );
      if (begun.status !== 201) return;
      const passCode = await env.code(login, kind === 'totp' ? 'GOOGLE' : 'OKTA');
      await who.call('activateFactor', { factorId: begun.body.factor.id }, { body: { passCode } });
    },

    begin: (agent: SignedInStaff, body: object): Promise<Reply> =>
      agent.visitor.call('startCallerVerification', { userId: grace }, { body }),

    phoneSays: (answer: 'approve' | 'deny', number?: number) =>
      env.simulator('POST', '/push', { user: GRACE, answer, ...(number !== undefined && { number }) }),

    async push(
      agent: SignedInStaff,
      factorId: string,
      owner: 'denies' | 'sleeps' | 'gives in',
      choice: object = allLost,
    ): Promise<string> {
      const { body } = await fixture.begin(agent, { type: 'push', factorId, choice });
      if (body.number === undefined) return 'refused';
      if (owner !== 'sleeps') await fixture.phoneSays(owner === 'denies' ? 'deny' : 'approve', body.number);
      env.advance(owner === 'sleeps' ? 301 : 4);
      await agent.visitor.call('pollCallerVerification', { userId: grace, id: body.id }, { poll: true });
      return body.id;
    },

    /** `who`, signed in as Grace, answers “yes” and tells the agent the code. */
    async ownPage(agent: SignedInStaff, who: Visitor, factorIds: 'all' | string[] = 'all'): Promise<string> {
      const choice = { factorIds, reason: 'lost' };
      const { id } = (await fixture.begin(agent, { type: 'own-session', choice })).body;
      const { code } = (await who.call('answerCallerVerification', { id }, { body: { answer: 'yes' } })).body;
      if (code) await agent.visitor.call('checkCallerCode', { userId: grace, id }, { body: { code } });
      return id;
    },

    async reset(
      agent: SignedInStaff,
      callerVerificationId: string | undefined,
      body: Parameters<SignedInStaff['reset']>[1] = {},
    ): Promise<Reply> {
      const note = callerVerificationId === undefined && { note: 'He is the chairman, and in a hurry.' };
      return agent.reset(grace, { callerVerificationId, ...note, ...body });
    },

    async stepUpBySms(who: Visitor, purpose: PurposeText, login: string): Promise<void> {
      const factorId = await findId(who, 'sms');
      await who.call('verifyFactor', { factorId }, { body: { purpose } });
      await who.call('verifyFactor', { factorId }, { body: { purpose, passCode: await codeSent(env, login) } });
    },

    async withSms(login: string): Promise<string> {
      const { userFactorApi } = portal.okta;
      const userId = await personId(portal, login);
      const profile = { phoneNumber: '+12025550143' };
      const body = { factorType: 'sms', provider: 'OKTA', profile };
      const { id } = await userFactorApi.enrollFactor({ userId, body });
      await userFactorApi.activateFactor({ userId, factorId: id, body: { passCode: await codeSent(env, login) } });
      // Okta sends at most one message in 30 s to a phone number.
      env.advance(31);
      // On activation Okta gives an SMS factor a new id.
      return (await userFactorApi.listFactors({ userId })).find(({ factorType }) => factorType === 'sms')!.id;
    },

    stepUp: (who: Visitor, purpose: PurposeText) => portal.stepUp(who, purpose, 3),

    /** `days`: since Okta changed the address. */
    async hasEmail(email: string, days: number): Promise<void> {
      const lastUpdated = new Date(env.clock.now() - days * DAY * 1000).toISOString();
      await env.clearFaults();
      const profile = { login: GRACE, email, secondEmail: null, firstName: 'Grace', lastName: 'Hopper' };
      const body = { id: grace, status: 'ACTIVE', lastUpdated, profile, _links: {} };
      await env.fault({ match: `GET /api/v1/users/${grace}`, times: 1000, status: 200, body });
    },

    /** Returns all methods that were added through the portal, because the owner's methods were added at Okta. */
    async attackersMethods(login: string): Promise<string[]> {
      await env.clearFaults();
      const rows = await portal.store
        .selectFrom('audit_log')
        .select('factor_id')
        .where('event', '=', 'user.mfa.factor.activate')
        .where('outcome', '=', 'success')
        .execute();
      const theirs = new Set(rows.map(({ factor_id }) => factor_id));
      const there = await portal.okta.userFactorApi.listFactors({ userId: await personId(portal, login) });
      return there.flatMap(({ id, status }) => (status === 'ACTIVE' && theirs.has(id) ? [id] : []));
    },
  };
  return fixture;
}

import { beforeEach, describe, expect, test } from 'vitest';
import type { EnrollBody } from '#contract/endpoints.ts';
import { ADA, ANNIE, GRACE, HEDY, testEnv, type Portal } from '#testing/test-env.ts';
import { said, type Reply, type Visitor } from '#testing/visitor.ts';
import { createSealer } from '../../../platform/store/secrets.ts';
import { recoveryCode } from './generated-codes.ts';
import { createRecoveryCodes } from './recovery-codes.ts';
import { approve, signInAgent, recoveryCodeIn, type SignedInStaff } from '../testing/agent-fixture.ts';
import { personId } from '../testing/helpdesk-fixture.ts';
import { readText } from '#testing/store-contents.ts';

const DAY = 24 * 3600;

const envs = { classic: await testEnv(), oie: await testEnv({ engine: 'oie' }) };

describe.each(['classic', 'oie'] as const)('on the %s engine', (engine) => {
  const env = envs[engine];
  let portal: Portal;
  let hedy: SignedInStaff;
  let grace: string;
  beforeEach(async () => {
    portal = await env.fresh();
    hedy = await signInAgent(portal, HEDY);
    grace = await personId(portal, GRACE);
  });

  const rule = (reply: Reply) => [said(reply), reply.body?.error?.rule].filter((part) => part !== undefined).join(' ');
  const add = (who: Visitor, recoveryCode?: string, body: Partial<EnrollBody> = { kind: 'totp' }) =>
    who.call(
      'enrollFactor',
      {},
      {
        body: { ...body, startOver: true, ...(recoveryCode !== undefined && { recoveryCode }) },
      },
    );
  /** Returns the recovery code in the email. */
  async function resetAll(): Promise<string> {
    const reply = await hedy.reset(grace);
    expect(reply.body).toMatchObject({
      status: 'done',
      remaining: [],
      recoveryCode: { sentTo: ['g•••@example.com', 'g•••@home.example'], inPerson: false },
    });
    await portal.app.services.outbox.flush();
    const codes = new Set((await env.emails(GRACE)).map(({ text }) => recoveryCodeIn(text)));
    expect(codes.size).toBe(1);
    return [...codes][0]!;
  }
  /** A person without a method cannot be verified, so an approver decides. */
  async function newCode(): Promise<Reply> {
    const { id } = (await hedy.reset(grace, { callerVerificationId: undefined, note: 'abroad' })).body.approval;
    return approve(await signInAgent(portal, ANNIE), id);
  }
  const wrong = (code: string) => (code.startsWith('B') ? 'F' : 'B') + code.slice(1);

  test('[D6] a code that a freeze ended does not hold again when the clock is set back', async () => {
    const code = await resetAll();
    const { store } = portal;
    const ahead = { ...env.clock, now: () => env.clock.now() + 12 * 3600_000 };
    await createRecoveryCodes(store, ahead, createSealer(['any'])).end(grace, store);
    expect(rule(await add(await portal.signedIn(GRACE), code))).toBe('403 recovery_code_required over');
  });

  test('adding the first method after a full reset needs the emailed code, once', async () => {
    const code = await resetAll();
    const who = await portal.signedIn(GRACE);
    const needed = async (visitor: Visitor) => (await visitor.call('getHome')).body.recoveryCode;
    expect(await needed(who)).toBe('holds');
    expect(rule(await add(who))).toBe('403 recovery_code_required needed');
    expect(rule(await add(who, wrong(code)))).toBe('403 wrong_code');
    expect(said(await add(who, `${code.slice(0, 4).toLowerCase()} – ${code.slice(4)}`))).toBe('201');
    const given = await portal.auditRows({ event: 'user.authentication.step_up', subject: grace }, 'outcome', 'reason');
    expect(given).toEqual([
      { outcome: 'failure', reason: 'recovery code: wrong code' },
      { outcome: 'success', reason: 'recovery code' },
    ]);
    // Only the session that gave the code may start again.
    const other = await portal.signedIn(GRACE);
    expect([await needed(who), await needed(other)]).toEqual([undefined, 'ended']);
    expect(rule(await add(other, code))).toBe('403 recovery_code_required used');
    const { id } = (await add(who)).body.factor;
    expect(
      said(await who.call('activateFactor', { factorId: id }, { body: { passCode: await env.code(GRACE) } })),
    ).toBe('200');
    expect(said(await add(other, undefined, { kind: 'okta-verify', method: 'totp' }))).toBe('403 step_up_required');
    expect(said(await add(who, code, { kind: 'okta-verify', method: 'totp' }))).toBe('403 step_up_required');
  });

  test('is no sign-in, and works only with a fresh one', async () => {
    const code = await resetAll();
    const who = await portal.signedIn(GRACE);
    env.advance(301);
    expect(said(await add(who, code))).toBe('403 step_up_required');
    expect(said(await portal.visitor().call('enrollFactor', {}, { body: { kind: 'totp', recoveryCode: code } }))).toBe(
      '401 signed_out',
    );
    const stranger = await portal.signedIn(ADA);
    expect(said(await add(stranger, code))).toBe('201');
    expect(rule(await add(await portal.signedIn(GRACE)))).toBe('403 recovery_code_required needed');
  });

  test('works whatever a thief with the password typed before', async () => {
    const code = await resetAll();
    const thief = await portal.signedIn(GRACE);
    const guesses = await Promise.all(Array.from({ length: 60 }, () => add(thief, wrong(code))));
    expect(new Set(guesses.map(rule))).toEqual(new Set(['403 wrong_code']));
    expect(said(await add(await portal.signedIn(GRACE), code))).toBe('201');
    // At most thirty rows a minute are written, then one row with the number of the others.
    await portal.app.services.refusals.close();
    const rows = await portal.auditRows({ event: 'user.authentication.step_up', outcome: 'failure' }, 'reason');
    expect(rows.length).toBeLessThan(40);
    expect(rows.at(-1)!.reason).toMatch(/^recovery code: wrong code: \d+ more in the minute from /);
  });

  test('ends after a day; the helpdesk sends a new one', async () => {
    const code = await resetAll();
    env.advance(DAY + 1);
    expect(rule(await add(await portal.signedIn(GRACE), code))).toBe('403 recovery_code_required over');
    hedy = await signInAgent(portal, HEDY);
    const emailed = await env.emails(GRACE);
    expect((await newCode()).body).toMatchObject({ status: 'done', recoveryCodeWaits: false });
    await portal.app.services.outbox.flush();
    const second = (await env.emails(GRACE)).slice(0, -emailed.length).map(({ text }) => recoveryCodeIn(text))[0]!;
    const again = await portal.signedIn(GRACE);
    expect(rule(await add(again, code))).toBe('403 wrong_code');
    env.advance(DAY);
    const late = await portal.signedIn(GRACE);
    expect(rule(await add(late, second))).toBe('403 recovery_code_required over');
  });

  test('[F13] has 64 bits, and its HMAC stays valid when SESSION_SECRET rotates', async () => {
    const codes = Array.from({ length: 2000 }, recoveryCode);
    expect(new Set(codes).size).toBe(2000);
    // In each position, all characters are about equally frequent.
    for (let place = 0; place < 16; place += 1) {
      const counts = new Map<string, number>();
      for (const code of codes) counts.set(code[place]!, (counts.get(code[place]!) ?? 0) + 1);
      expect(counts.size).toBe(16);
      for (const count of counts.values()) expect(count).toBeGreaterThan(70);
    }
    const code = await resetAll();
    const rotated = await env.another({
      app: {
        store: portal.store,
        sealer: createSealer(['another secret of thirty-two bytes', 'a secret of thirty-two bytes or more']),
      },
    });
    expect(said(await add(await rotated.signedIn(GRACE), code))).toBe('201');
  });

  test('is not required without a reset, nor after a later loss of the last method', async () => {
    expect(said(await add(await portal.signedIn(ADA)))).toBe('201');
    const code = await resetAll();
    const who = await portal.signedIn(GRACE);
    const { id } = (await add(who, code)).body.factor;
    await who.call('activateFactor', { factorId: id }, { body: { passCode: await env.code(GRACE) } });
    await portal.okta.users.resetFactors({ userId: grace });
    expect(said(await add(await portal.signedIn(GRACE)))).toBe('201');
  });

  test('[A9] [S12] without a verified address only the approver sees it, once, after a fresh step-up; the agent never', async () => {
    await env.fault({
      match: `GET /api/v1/users/${grace}`,
      times: 1000,
      status: 200,
      body: {
        id: grace,
        status: 'ACTIVE',
        profile: { login: GRACE, firstName: 'Grace', lastName: 'Hopper' },
        _links: {},
      },
    });
    const asked = await hedy.reset(grace);
    expect(asked.body.approval).toMatchObject({ approvalReasons: ['no_channel'] });
    const { id } = asked.body.approval;
    const annie = await signInAgent(portal, ANNIE);
    const done = await approve(annie, id);
    expect(done.body).toMatchObject({ status: 'done', recoveryCodeWaits: true });
    const agents = await hedy.visitor.call('listRequests');
    expect(agents.body.requests).toMatchObject([{ status: 'done', recoveryCodeWaits: false }]);
    expect(said(await hedy.visitor.call('revealRecoveryCode', { id }))).toBe('403 forbidden');
    // The approval consumed the step-up, so somebody who finds the page open cannot reveal the code.
    expect(said(await annie.visitor.call('revealRecoveryCode', { id }))).toBe('403 step_up_required');
    expect((await annie.visitor.call('listApprovals')).body.approvals[0].recoveryCodeWaits).toBe(true);
    await annie.stepUp(`recovery-code:${id}`);
    const decidedBy = (decider_id: string) => portal.store.updateTable('approvals').set({ decider_id }).execute();
    await decidedBy(grace);
    expect(rule(await annie.visitor.call('revealRecoveryCode', { id }))).toBe('403 out_of_policy not_decider');
    await decidedBy(annie.id);
    const shown = await annie.visitor.call('revealRecoveryCode', { id });
    expect(shown.body).toEqual({
      code: expect.stringMatching(/^[BFHKMQRWXY2-7]{16}$/),
      expiresAt: new Date(env.clock.now() + DAY * 1000).toISOString(),
    });
    expect(rule(await annie.visitor.call('revealRecoveryCode', { id }))).toBe('409 conflict shown');
    expect((await annie.visitor.call('listApprovals')).body.approvals[0].recoveryCodeWaits).toBe(false);
    expect(said(await add(await portal.signedIn(GRACE), shown.body.code))).toBe('201');
    const rows = await portal.auditRows({ event: 'helpdesk.recovery_code.reveal' }, 'actor', 'outcome');
    expect(rows).toEqual([{ actor: annie.id, outcome: 'success' }]);
  });

  test('nobody without a reset is given one: the server refuses a code that they would then need', async () => {
    for (const { id } of await portal.okta.userFactorApi.listFactors({ userId: grace }))
      await portal.okta.userFactorApi.deleteFactor({ userId: grace, factorId: id });
    const view = async () => (await hedy.visitor.call('getPerson', { userId: grace })).body.recoveryCode as object;
    expect(await view()).toBeNull();
    const refused = await hedy.reset(grace);
    expect([said(refused), refused.body.error.rule]).toEqual(['409 conflict', 'no_code_needed']);
    const who = await portal.signedIn(GRACE);
    expect(said(await who.call('enrollFactor', {}, { body: { kind: 'totp' } }))).toBe('201');
  });

  test('who needs one is given a new one, and the page says until when the last one holds', async () => {
    const { body } = await hedy.reset(grace);
    expect(body.recoveryCode).not.toBeNull();
    const view = async () => (await hedy.visitor.call('getPerson', { userId: grace })).body.recoveryCode as object;
    expect(await view()).toEqual({ until: new Date(env.clock.now() + 24 * 3600_000).toISOString() });
    env.advance(25 * 3600);
    hedy = await signInAgent(portal, HEDY);
    expect(await view()).toEqual({ until: null });
    expect((await newCode()).body).toMatchObject({ status: 'done', recoveryCodeWaits: false });
    expect(await view()).toEqual({ until: new Date(env.clock.now() + 24 * 3600_000).toISOString() });
  });

  test('is never visible to the agent or in the audit log, nor in the store once it was sent', async () => {
    const seen: string[] = [];
    const raw = hedy.visitor.raw;
    const call: Visitor['call'] = hedy.visitor.call;
    for (const name of ['getPerson', 'listRequests', 'listAuditLog', 'getSecurityHistory', 'getHome'] as const) {
      seen.push((await call(name, { userId: grace })).text);
    }
    const reply = await hedy.reset(grace);
    seen.push(reply.text);
    await portal.app.services.outbox.flush();
    const [email] = await env.emails(GRACE);
    const secrets = [recoveryCodeIn(email!.text)!, /freeze\/([\w-]{43})/.exec(email!.text)![1]!];
    for (const name of ['getPerson', 'listRequests', 'listAuditLog', 'getSecurityHistory', 'getHome'] as const)
      seen.push((await call(name, { userId: grace })).text);
    seen.push((await raw({ path: '/' })).text);
    seen.push(await readText(portal.store));
    for (const secret of secrets) expect(seen.filter((text) => text.includes(secret))).toEqual([]);
  });
});

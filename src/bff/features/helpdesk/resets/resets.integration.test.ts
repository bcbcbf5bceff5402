import { beforeEach, describe, expect, test } from 'vitest';
import { ANNIE, GRACE, HEDY, KATHERINE, MARGARET, testEnv, type Portal } from '#testing/test-env.ts';
import { said } from '#testing/visitor.ts';
import { verifyAuditLog } from '#operator/audit-verify/verify-log.ts';
import { approve, signInAgent, requestedChanges, resetRows, type SignedInStaff } from '../testing/agent-fixture.ts';
import { helpdeskOfDemo, personId } from '../testing/helpdesk-fixture.ts';
import { standardPolicy } from '../access/policy.ts';

const envs = { classic: await testEnv(), oie: await testEnv({ engine: 'oie' }) };

describe.each(['classic', 'oie'] as const)('on the %s engine', (engine) => {
  const env = envs[engine];
  let portal: Portal;
  let hedy: SignedInStaff;
  let grace: string;
  const open = async (over: Parameters<typeof helpdeskOfDemo>[1] = {}) => {
    portal = await env.fresh({ app: { helpdesk: helpdeskOfDemo(env, over) } });
    hedy = await signInAgent(portal, HEDY);
    grace = await personId(portal, GRACE);
  };
  beforeEach(() => open());

  const idOf = async (login: string, provider = 'GOOGLE') =>
    (await env.phone(login)).find((one) => one.provider === provider)!.factorId;

  async function missingStepUp() {
    const { token } = (await hedy.visitor.call('getPerson', { userId: grace })).body.watch;
    const body = { operation: 'reset', token } as const;
    return (await hedy.visitor.call('planOperation', { userId: grace }, { body })).body.stepUp;
  }

  test('removes one method, ends the sessions, and writes audit rows and notifications', async () => {
    const caller = await portal.signedIn(GRACE);
    const factorIds = [await idOf(GRACE)];
    await env.takeRequests();
    const reply = await hedy.reset(grace, { factorIds, note: 'fell into a lake' });
    expect([said(reply), reply.body]).toEqual([
      '200',
      {
        status: 'done',
        operation: 'reset',
        at: expect.any(String),
        removed: [{ kind: 'totp', name: null }],
        remaining: [{ kind: 'okta-verify', name: null }],
        recoveryCode: null,
        notified: ['g•••@example.com', 'g•••@home.example'],
      },
    ]);
    expect(await requestedChanges(env)).toEqual([`DELETE /factors/${factorIds[0]!}`, 'DELETE /sessions']);
    expect(said(await caller.call('listFactors'))).toBe('401 signed_out');
    const rows = await resetRows(portal);
    expect(rows.map(({ type, outcome }) => [type, outcome])).toEqual([
      ['intent', null],
      ['outcome', 'success'],
    ]);
    for (const row of rows) {
      expect(row).toMatchObject({
        actor: hedy.id,
        subject: grace,
        factor_id: factorIds[0],
        kind: 'totp',
        reason: 'lost: fell into a lake',
        ticket: 'INC-1',
        approver: null,
      });
      expect(row.caller_verification).toMatch(/^push:[\w-]{16}$/);
    }
    expect(await verifyAuditLog(portal.store)).toBeNull();
    await portal.app.services.outbox.flush();
    const emails = await env.emails(GRACE);
    expect(emails.map(({ to }) => to).sort()).toEqual(['grace@example.com', 'grace@home.example']);
    const shown = await portal.store
      .selectFrom('audit_log')
      .select(['subject', 'reason'])
      .where('event', '=', 'helpdesk.notification')
      // Both emails are sent at the same time, so their order is not fixed.
      .orderBy('reason')
      .execute();
    expect(shown).toEqual(
      ['g•••@example.com', 'g•••@home.example'].map((to) => ({
        subject: grace,
        reason: `user.mfa.factor.reset to ${to}`,
      })),
    );
    for (const { text } of emails) {
      expect(text).toMatch(/the helpdesk reset Authenticator app/);
      expect(text).toMatch(/\(Hedy Lamarr\) reset Authenticator app on \d{1,2} \w+ \d{4} at \d\d:\d\d UTC/);
      expect(text).toContain('tell your helpdesk at once: +1 555 0100');
      expect(text.match(/https?:\S+/g)).toEqual([
        `${portal.base}/add`,
        expect.stringMatching(new RegExp(`^${portal.base}/freeze/[\\w-]{43}$`)),
      ]);
    }
  });

  test('[A8] an address that Okta restores keeps no unfreeze waiting', async () => {
    const annie = await signInAgent(portal, ANNIE);
    const listed = await portal.okta.userFactorApi.listFactors({ userId: grace });
    const factorIds = listed.map(({ id }) => id);
    await (await portal.signedIn(GRACE)).call('freezeMyself');
    const byNote = { callerVerificationId: undefined, note: 'abroad' };
    const reset = (await hedy.reset(grace, { ...byNote, factorIds })).body.approval;
    const unfreeze = (await hedy.unfreeze(grace, { note: 'abroad' })).body.approval;
    for (const { id } of [reset, unfreeze]) expect((await approve(annie, id)).body.status).toBe('done');
    const left = (await portal.okta.userFactorApi.listFactors({ userId: grace })).map(({ factorType }) => factorType);
    expect(left).toEqual(engine === 'oie' ? ['email'] : []);
  });

  test('[B2] a full reset deletes the wrong codes of what it removes; a reset of some methods does not', async () => {
    const dorothy = await personId(portal, 'dorothy@example.com');
    const counts = () => portal.store.selectFrom('wrong_code_counts').select('user_id').execute();
    const row = { kind: 'totp', misses: 100, missed_at: env.clock.now() };
    await portal.store
      .insertInto('wrong_code_counts')
      .values([
        { ...row, user_id: grace },
        { ...row, user_id: dorothy },
      ])
      .execute();
    expect((await hedy.reset(grace, { factorIds: [await idOf(GRACE)] })).body).toMatchObject({ status: 'done' });
    expect((await hedy.reset(dorothy, { factorIds: 'all' })).body).toMatchObject({ status: 'done', remaining: [] });
    expect(await counts()).toEqual([{ user_id: grace }]);
  });

  test('removes Okta Verify as a whole, and several methods one after the other', async () => {
    const dorothy = await personId(portal, 'dorothy@example.com');
    const { factors } = (await hedy.visitor.call('getPerson', { userId: dorothy })).body as {
      factors: { id: string; kind: string }[];
    };
    const push = factors.find(({ kind }) => kind === 'okta-verify')!;
    const reply = await hedy.reset(dorothy, { factorIds: [push.id, push.id] });
    expect(reply.body).toMatchObject({ status: 'done', removed: [{ kind: 'okta-verify', name: null }], remaining: [] });
    expect((await env.phone('dorothy@example.com')).filter(({ status }) => status === 'ACTIVE')).toEqual([]);
  });

  test('refuses each missing requirement by its own code, without a change', async () => {
    await open({ ticketPattern: 'INC-[0-9]+' });
    const factorIds = [await idOf(GRACE)];
    const whole = async () => ({ factorIds, callerVerificationId: await hedy.verified(grace) });
    await env.takeRequests();
    const rule = (reply: Awaited<ReturnType<SignedInStaff['requestReset']>>) =>
      [said(reply), reply.body.error.rule].filter(Boolean).join(' ');
    await hedy.stepUp(`helpdesk:${grace}`);
    expect(rule(await hedy.requestReset('00u00000000000000000', await whole()))).toBe('404 not_found');
    expect(rule(await hedy.requestReset(hedy.id, await whole()))).toBe('403 out_of_policy own');
    expect(rule(await hedy.requestReset(await personId(portal, ANNIE), await whole()))).toBe('403 out_of_policy above');
    expect(rule(await hedy.requestReset(grace, { ...(await whole()), reason: undefined }))).toBe(
      '400 bad_request reason',
    );
    for (const ticket of [undefined, 'INC-', 'see INC-12', 'INC-12 or so'])
      expect(rule(await hedy.requestReset(grace, { ...(await whole()), ticket }))).toBe('400 ticket_required');
    expect(rule(await hedy.requestReset(grace, { ...(await whole()), factorIds: ['uft00000000000000000'] }))).toBe(
      '409 conflict',
    );
    expect(rule(await hedy.requestReset(grace, { factorIds }))).toBe('403 caller_verification_required none');
    expect(rule(await hedy.requestReset(grace, { factorIds, callerVerificationId: 'AAAAAAAAAAAAAAAA' }))).toBe(
      '403 caller_verification_required not_verified',
    );
    const annie = await signInAgent(portal, ANNIE);
    expect(rule(await hedy.requestReset(grace, { factorIds, callerVerificationId: await annie.verified(grace) }))).toBe(
      '403 caller_verification_required not_verified',
    );
    expect(
      rule(await hedy.requestReset(grace, { factorIds, callerVerificationId: await hedy.verified(hedy.id) })),
    ).toBe('403 caller_verification_required not_verified');
    // The caller agreed to the reset of one method only.
    const shown = await hedy.verified(grace, 'own-session', {
      methods: [{ id: 'opf00000000000000000', kind: 'okta-verify', name: null }],
    });
    expect(rule(await hedy.requestReset(grace, { factorIds, callerVerificationId: shown }))).toBe(
      '403 caller_verification_required more_than_confirmed',
    );
    expect(rule(await hedy.requestReset(grace, { factorIds: 'all', callerVerificationId: shown }))).toBe(
      '403 caller_verification_required more_than_confirmed',
    );
    const why = { factorIds, reason: 'broken', callerVerificationId: await hedy.verified(grace) } as const;
    expect(rule(await hedy.requestReset(grace, why))).toBe('403 caller_verification_required other_reason');
    // The agent's step-up is consumed last, so it is not used up.
    const late = await whole();
    await portal.store
      .updateTable('caller_verifications')
      .set({ expires_at: env.clock.now() })
      .where('id', '=', late.callerVerificationId)
      .execute();
    expect(rule(await hedy.requestReset(grace, late))).toBe('403 caller_verification_required not_verified');
    await portal.store.deleteFrom('step_ups').execute();
    const withoutStepUp = await hedy.requestReset(grace, await whole());
    expect([said(withoutStepUp), withoutStepUp.body.error]).toEqual([
      '403 step_up_required',
      expect.objectContaining({ purpose: `helpdesk:${grace}`, strength: 2 }),
    ]);
    await hedy.stepUp(`helpdesk:${hedy.id}`);
    await hedy.stepUp(`helpdesk:${grace}`, 1);
    expect(rule(await hedy.requestReset(grace, await whole()))).toBe('403 step_up_required');
    expect([await requestedChanges(env), await resetRows(portal)]).toEqual([[], []]);
    const refused = await portal.auditRows({ event: ['helpdesk.refused', 'access.step_up_required'] }, 'reason');
    expect(new Set(refused.map(({ reason }) => reason))).toEqual(
      new Set(
        ['not_found', 'out_of_policy', 'caller_verification_required', 'step_up_required'].map(
          (code) => `resetMethods: ${code}`,
        ),
      ),
    );
  });

  test('an agent steps up with her own app here, for one operation', async () => {
    const purpose = `helpdesk:${grace}`;
    const passCode = await env.code(HEDY);
    const stepUp = await missingStepUp();
    expect(stepUp).toMatchObject({
      purpose,
      strength: 2,
      options: [{ type: 'factor', kind: 'totp' }, { type: 'okta' }],
    });
    const steppedUp = await hedy.visitor.call(
      'verifyFactor',
      { factorId: stepUp.options[0].factorId },
      { body: { passCode, purpose } },
    );
    expect([said(steppedUp), steppedUp.body.stepUp]).toEqual([
      '200',
      expect.objectContaining({ purpose, strength: 3 }),
    ]);
    expect(await missingStepUp()).toBeNull();
    const factorIds = [await idOf(GRACE)];
    const callerVerificationId = await hedy.verified(grace);
    expect(said(await hedy.requestReset(grace, { factorIds, callerVerificationId }))).toBe('200');
    const dorothy = await personId(portal, 'dorothy@example.com');
    expect(said(await hedy.requestReset(dorothy, { callerVerificationId: await hedy.verified(dorothy) }))).toBe(
      '403 step_up_required',
    );
    expect(said(await hedy.requestReset(grace, { factorIds: [await idOf(GRACE, 'OKTA')], callerVerificationId }))).toBe(
      '403 caller_verification_required',
    );
  });

  test('requires a phishing-resistant step-up by default', async () => {
    await open({ acr: 'phr' });
    const stepUp = await missingStepUp();
    expect(stepUp).toMatchObject({ strength: 4, options: [{ type: 'okta' }] });
    expect(said(await hedy.reset(grace))).toBe('403 step_up_required');
    await hedy.stepUp(`helpdesk:${grace}`, 4);
    expect(said(await hedy.requestReset(grace, { callerVerificationId: await hedy.verified(grace) }))).toBe('200');
  });

  test('requires the same of a step-up at Okta', async () => {
    const landed = await hedy.visitor.stepUp(`helpdesk:${grace}`, HEDY, () => env.nextCode(HEDY));
    expect(landed.url.pathname).toBe('/done');
    expect(said(await hedy.requestReset(grace, { callerVerificationId: await hedy.verified(grace) }))).toBe('200');
  });

  test('keeps both verifications when the org refuses; an unknown outcome ends the sessions', async () => {
    const factorIds = [await idOf(GRACE)];
    const callerVerificationId = await hedy.verified(grace);
    const caller = await portal.signedIn(GRACE);
    await hedy.stepUp(`helpdesk:${grace}`);
    await env.fault({
      match: 'DELETE /api/v1/users/*/factors/*',
      status: 403,
      body: { errorCode: 'E0000006', errorSummary: 'no' },
    });
    expect((await hedy.requestReset(grace, { factorIds, callerVerificationId })).status).toBe(502);
    expect(said(await caller.call('listFactors'))).toBe('200');
    expect((await resetRows(portal)).map(({ outcome }) => outcome)).toEqual([null, 'failure']);
    const seen = async () => (await hedy.visitor.call('getPerson', { userId: grace })).body;
    const { warnings, watch } = await seen();
    expect(warnings).toEqual([]);
    await env.fault({ match: 'DELETE /api/v1/users/*/factors/*', cut: 'after' });
    expect((await hedy.requestReset(grace, { factorIds, callerVerificationId })).status).toBe(502);
    expect(said(await caller.call('listFactors'))).toBe('401 signed_out');
    expect((await resetRows(portal)).map(({ outcome }) => outcome)).toEqual([null, 'failure', null]);
    // The next reset needs an approver, although nobody knows whether this one happened; open pages learn it.
    const next = await seen();
    expect(next).toMatchObject({ warnings: ['recently_reset'], needsApprover: { until: expect.any(String) } });
    expect(next.watch.state).not.toBe(watch.state);
    expect(await portal.app.reconcile()).toBe(1);
    expect((await resetRows(portal)).at(-1)).toMatchObject({
      outcome: 'success',
      reason: 'lost; reconciled',
      ticket: 'INC-1',
    });
    await portal.app.services.outbox.flush();
    expect((await env.emails(GRACE)).map(({ to }) => to).sort()).toEqual(['grace@example.com', 'grace@home.example']);
    expect(await verifyAuditLog(portal.store)).toBeNull();
  });

  test('notifies what was removed before one of several failed, and nothing else', async () => {
    const [google, okta] = [await idOf(GRACE), await idOf(GRACE, 'OKTA')];
    await env.fault({ match: `DELETE /api/v1/users/*/factors/${okta}`, times: 3, status: 500 });
    expect((await hedy.reset(grace, { factorIds: [google, okta] })).status).toBeGreaterThanOrEqual(500);
    await portal.app.reconcile();
    expect((await resetRows(portal)).at(-1)).toMatchObject({ outcome: 'success', reason: 'lost; reconciled: 1 of 2' });
    await portal.app.services.outbox.flush();
    const [email] = await env.emails(GRACE);
    expect(email!.text).toMatch(/reset Authenticator app on/);
  });

  test('whose outcome is unknown lets an approver approve no other, so that no removal is recorded twice', async () => {
    const [google, okta] = [await idOf(GRACE), await idOf(GRACE, 'OKTA')];
    await env.fault({ match: `DELETE /api/v1/users/*/factors/${okta}`, times: 3, status: 500 });
    expect((await hedy.reset(grace, { factorIds: [google, okta] })).status).toBeGreaterThanOrEqual(500);
    await env.clearFaults();
    const { id } = (await hedy.reset(grace, { factorIds: [okta] })).body.approval;
    const annie = await signInAgent(portal, ANNIE);
    expect((await approve(annie, id)).body.error).toMatchObject({ code: 'conflict', rule: 'reset_first' });
    await portal.app.reconcile();
    expect(said(await approve(annie, id))).toBe('200');
    const outcomes = (await resetRows(portal)).filter(({ type }) => type === 'outcome');
    expect(outcomes.map(({ reason }) => reason)).toEqual(['lost; reconciled: 1 of 2', 'lost']);
  });

  test('limits resets per agent and hour, and per person and day', async () => {
    await open({
      policy: { ...standardPolicy, limits: { ...standardPolicy.limits, resetsPerAgentHour: 2, resetsPerPersonDay: 1 } },
    });
    const [dorothy, katherine] = [await personId(portal, 'dorothy@example.com'), await personId(portal, KATHERINE)];
    await env.fault({
      match: 'POST /api/v1/users/*/lifecycle/reset_factors',
      status: 403,
      body: { errorCode: 'E0000006', errorSummary: 'no' },
    });
    expect((await hedy.reset(grace)).status).toBe(502);
    expect(said(await hedy.reset(grace))).toBe('200');
    const again = await hedy.reset(grace);
    expect([said(again), again.body.error.rule]).toEqual(['429 limit_reached', 'person_day']);
    expect(said(await hedy.reset(dorothy))).toBe('200');
    const third = await hedy.reset(katherine);
    expect([said(third), third.body.error.rule]).toEqual(['429 limit_reached', 'agent_hour']);
    expect(third.body.error.retryAt).toBe(new Date(env.clock.now() + 3_600_000).toISOString());
    expect(third.headers['retry-after']).toBe('3600');
    env.advance(3600);
    const later = await signInAgent(portal, HEDY);
    await portal.store.deleteFrom('audit_log').where('subject', '=', dorothy).execute();
    const both = await Promise.all([
      later.reset(await personId(portal, MARGARET)),
      later.reset(dorothy),
      later.reset(await personId(portal, 'radia@example.com')),
    ]);
    expect(both.map(said).sort()).toEqual(['200', '200', '429 limit_reached']);
    // Now the person's limit of a day applies.
    const last = await later.reset(grace);
    expect([said(last), last.body.error.rule]).toEqual(['429 limit_reached', 'agent_hour']);
    env.advance(3600);
    const now = await signInAgent(portal, HEDY);
    expect((await now.reset(grace)).body.error).toMatchObject({ code: 'limit_reached', rule: 'person_day' });
    await portal.app.services.helpdeskServices.freezes.freeze(grace);
    expect((await now.unfreeze(grace, { note: 'abroad' })).body.status).toBe('waiting');
  });
});

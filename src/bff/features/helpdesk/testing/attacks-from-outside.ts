import { changeStore } from '#bff/platform/store/change-store.ts';
import { answeredByOkta, allLost, findId, withPush } from '#testing/security-methods.ts';
import { ANNIE, GRACE, HEDY, MARGARET } from '#testing/test-env.ts';
import { approve } from './agent-fixture.ts';
import { DAY, both, type Attack } from './attack-fixture.ts';

export const attacksFromOutside: Attack[] = [
  {
    attack: 'password: the attacker signs in and adds an app',
    safeguard: 'adding takes a step-up as strong as the method',
    login: MARGARET,
    play: (f) => f.enroll(MARGARET),
  },
  {
    attack: 'password and mailbox: the agent asks on the own page, where the attacker is signed in',
    safeguard: 'the answer takes a second method',
    async play(f) {
      const thief = await f.portal.signedIn(GRACE);
      await f.reset(f.hedy, await f.ownPage(f.hedy, thief));
      await f.enroll(GRACE, both);
    },
  },
  {
    attack: 'password and mailbox: a denied push, then another agent, whose push the owner approves in the end',
    safeguard: 'after a denial, an approver decides',
    async play(f) {
      const factorId = await withPush(f.env, GRACE);
      await f.push(f.hedy, factorId, 'denies');
      await f.reset(f.annie, await f.push(f.annie, factorId, 'gives in'));
      await f.enroll(GRACE, both);
    },
  },
  {
    attack: 'password and mailbox: “No, I didn’t call”, then the same agent pushes, and the owner gives in',
    safeguard: '“No, I didn’t call” leaves a sign of attack',
    async play(f) {
      const factorId = await withPush(f.env, GRACE);
      const { id } = (await f.begin(f.hedy, { type: 'own-session', choice: allLost })).body;
      await (await f.portal.signedIn(GRACE)).call('answerCallerVerification', { id }, { body: { answer: 'no' } });
      await f.reset(f.hedy, await f.push(f.hedy, factorId, 'gives in'));
      await f.enroll(GRACE, both);
    },
  },
  {
    attack: 'password and mailbox: guesses at the code of the own page, then a push, and the owner gives in',
    safeguard: 'wrong codes leave a sign of attack',
    async play(f) {
      const factorId = await withPush(f.env, GRACE);
      const { id } = (await f.begin(f.hedy, { type: 'own-session', choice: allLost })).body;
      await f.portal.app.services.callerVerifications.issueCode(f.grace, id, answeredByOkta);
      for (let tries = 0; tries < 5; tries += 1)
        await f.hedy.visitor.call('checkCallerCode', { userId: f.grace, id }, { body: { code: 'BFHKMQRW' } });
      await f.reset(f.hedy, await f.push(f.hedy, factorId, 'gives in'));
      await f.enroll(GRACE, both);
    },
  },
  {
    attack: 'password and mailbox: the first agent reports an odd call; the next one pushes, and the owner gives in',
    safeguard: 'a reported call leaves a sign of attack',
    async play(f) {
      const factorId = await withPush(f.env, GRACE);
      await f.hedy.visitor.call('reportCall', { userId: f.grace }, { body: { signs: ['pressed'] } });
      await f.reset(f.annie, await f.push(f.annie, factorId, 'gives in'));
      await f.enroll(GRACE, both);
    },
  },
  {
    attack: 'password and mailbox: the owner freezes; once that is ended, the attacker calls again at once',
    safeguard: 'a freeze leaves a sign of attack',
    async play(f) {
      const factorId = await withPush(f.env, GRACE);
      await (await f.portal.signedIn(GRACE)).call('freezeMyself');
      // Unfreezes without a check of the policy, like the operators' command.
      await f.portal.app.services.helpdeskServices.freezes.unfreeze(f.grace);
      await f.signIn();
      await f.reset(f.hedy, await f.push(f.hedy, factorId, 'gives in'));
      await f.enroll(GRACE, both);
    },
  },
  {
    attack: 'password and mailbox: the denial arrives while the reset is on its way',
    safeguard: 'the intent’s transaction looks for signs of attack again',
    async play(f) {
      const callerVerificationId = await f.hedy.verified(f.grace);
      f.beforeNextList(f.hedy.id, async () => {
        const { attackSigns } = f.portal.app.services.helpdeskServices;
        await changeStore(f.portal.store, (tx) => attackSigns.record(tx, f.grace, 'push_denied', null));
      });
      await f.reset(f.hedy, callerVerificationId);
      await f.enroll(GRACE, both);
    },
  },
  {
    attack: 'password and mailbox: the owner approves a push for her app; then the agent is talked into resetting all',
    safeguard: 'a verification serves the choice that it was made for',
    async play(f) {
      const factorId = await withPush(f.env, GRACE);
      const app = await findId(await f.portal.signedIn(GRACE), 'totp');
      const choice = { factorIds: [app], reason: 'lost' };
      await f.reset(f.hedy, await f.push(f.hedy, factorId, 'gives in', choice));
      await f.enroll(GRACE, both);
    },
  },
  {
    attack: 'password and mailbox: two agents push until the owner, asleep at first, gives in',
    safeguard: 'six pushes an hour',
    async play(f) {
      const factorId = await withPush(f.env, GRACE);
      for (const agent of [() => f.hedy, () => f.annie]) {
        await f.signIn();
        for (let n = 0; n < 3; n += 1) await f.push(agent(), factorId, 'sleeps');
      }
      await f.signIn();
      const id = await f.push(f.hedy, factorId, 'gives in');
      if (id !== 'refused') await f.reset(f.hedy, id);
      await f.enroll(GRACE, both);
    },
  },
  {
    attack: 'password and a new address set yesterday: the owner’s own call resets everything',
    safeguard: 'a new address gets no recovery code',
    async play(f) {
      await f.hasEmail(GRACE, 1);
      await f.portal.app.services.users.read(f.grace);
      await f.later(8 * DAY);
      await f.hasEmail('thief@example.com', 1);
      const waiting = await f.reset(f.hedy, await f.hedy.verified(f.grace));
      if (waiting.body.approval) await approve(f.annie, waiting.body.approval.id);
      await f.enroll(GRACE, { mailbox: 'thief@example.com' });
    },
  },
  {
    attack: 'password, and the mailbox a day after the owner’s reset, which she has not used',
    safeguard: 'a recovery code ends after a day',
    async play(f) {
      await f.reset(f.hedy, await f.hedy.verified(f.grace));
      f.env.advance(DAY + 1);
      await f.enroll(GRACE, both);
    },
  },
  {
    attack: 'session: the owner steps up elsewhere to add an app',
    safeguard: 'a step-up belongs to one session',
    login: MARGARET,
    async play(f) {
      const [stolen, owner] = [await f.portal.signedIn(MARGARET), await f.portal.signedIn(MARGARET)];
      await f.stepUp(owner, 'enroll:totp');
      await f.enroll(MARGARET, {}, stolen);
    },
  },
  {
    attack: 'session: the owner steps up in it for something else',
    safeguard: 'a step-up has one purpose',
    login: MARGARET,
    async play(f) {
      const stolen = await f.portal.signedIn(MARGARET);
      await f.stepUp(stolen, 'sessions');
      await f.enroll(MARGARET, {}, stolen);
    },
  },
  {
    attack: 'session: the owner stepped up in it ten minutes ago',
    safeguard: 'a step-up ends after five minutes',
    login: MARGARET,
    async play(f) {
      const stolen = await f.portal.signedIn(MARGARET);
      await f.stepUp(stolen, 'enroll:totp');
      f.env.advance(600);
      await f.enroll(MARGARET, {}, stolen);
    },
  },
  {
    attack: 'password and number: a text message allows adding an app beside a stronger method',
    safeguard: 'a step-up is as strong as what it allows',
    login: HEDY,
    async play(f) {
      await f.withSms(HEDY);
      const thief = await f.portal.signedIn(HEDY);
      await f.stepUpBySms(thief, 'enroll:okta-verify', HEDY);
      await f.enroll(HEDY, { kind: 'okta-verify' }, thief);
    },
  },
  {
    attack: 'password and number: a text message answers on the own page, and everything else is reset',
    safeguard: 'after an answer by a text message, an approver decides',
    async play(f) {
      await f.withSms(GRACE);
      const thief = await f.portal.signedIn(GRACE);
      await f.stepUpBySms(thief, 'caller-verification', GRACE);
      const factorIds = [await findId(thief, 'totp'), await findId(thief, 'okta-verify')];
      await f.reset(f.hedy, await f.ownPage(f.hedy, thief, factorIds), { factorIds });
      const again = await f.portal.signedIn(GRACE);
      f.env.advance(31);
      await f.stepUpBySms(again, 'enroll:totp', GRACE);
      await f.enroll(GRACE, {}, again);
    },
  },
  {
    attack: 'password and number: the same, all is reset, and the approver agrees to every verified caller',
    safeguard: 'after a full reset, the first method takes the recovery code',
    async play(f) {
      await f.withSms(GRACE);
      const thief = await f.portal.signedIn(GRACE);
      await f.stepUpBySms(thief, 'caller-verification', GRACE);
      const waiting = await f.reset(f.hedy, await f.ownPage(f.hedy, thief));
      if (waiting.body.approval) await approve(f.annie, waiting.body.approval.id);
      await f.enroll(GRACE);
    },
  },
  {
    attack: 'password and mailbox: the agent is talked out of verifying',
    safeguard: 'without a verified caller, an approver decides',
    async play(f) {
      await f.reset(f.hedy, undefined);
      await f.enroll(GRACE, both);
    },
  },
  {
    attack: 'number, password and mailbox: the attacker answers the call back',
    safeguard: 'after a call back, an approver decides',
    async play(f) {
      const factorId = await f.withSms(GRACE);
      await f.later(8 * DAY);
      const { body } = await f.begin(f.hedy, { type: 'call-back', factorId, attest: true, choice: allLost });
      await f.reset(f.hedy, body.id);
      await f.enroll(GRACE, both);
    },
  },
  {
    attack:
      'password and mailbox: a number added yesterday is called back; the approver agrees to every verified caller',
    safeguard: 'a number changed within seven days is not called',
    async play(f) {
      const factorId = await f.withSms(GRACE);
      await f.later(DAY);
      const { body } = await f.begin(f.hedy, { type: 'call-back', factorId, attest: true, choice: allLost });
      if (!body.id) return;
      await approve(f.annie, (await f.reset(f.hedy, body.id)).body.approval.id);
      await f.enroll(GRACE, both);
    },
  },
  {
    attack: 'deceived agent, password and mailbox of an approver',
    safeguard: 'nobody resets those above',
    login: ANNIE,
    async play(f) {
      await f.hedy.reset(f.annie.id);
      await f.enroll(ANNIE, both);
    },
  },
  {
    attack: 'password and mailbox of somebody whom another helpdesk helps',
    safeguard: 'agents help people in their scope',
    settings: ({ env }) => ({ scope: [env.emulator.groups.helpdesk] }),
    async play(f) {
      await f.reset(f.hedy, await f.hedy.verified(f.grace));
      await f.enroll(GRACE, both);
    },
  },
  {
    attack: 'password and mailbox of somebody who signs releases; the owner gives in to a push',
    safeguard: 'privileged people take an approver',
    settings: ({ env }) => ({ privilegedGroupIds: [env.emulator.groups.everyone] }),
    async play(f) {
      await f.reset(f.hedy, await f.push(f.hedy, await withPush(f.env, GRACE), 'gives in'));
      await f.enroll(GRACE, both);
    },
  },
  {
    attack: 'password and mailbox: right after the owner’s own reset, the attacker calls for the rest',
    safeguard: 'a second reset within the day takes an approver',
    async play(f) {
      const owner = await f.portal.signedIn(GRACE);
      await f.reset(f.hedy, await f.hedy.verified(f.grace), { factorIds: [await findId(owner, 'totp')] });
      await f.signIn();
      await f.reset(f.hedy, await f.push(f.hedy, await withPush(f.env, GRACE), 'gives in'));
      await f.enroll(GRACE, both);
    },
  },
];

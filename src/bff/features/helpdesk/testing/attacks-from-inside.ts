import { allLost, findId, withPush } from '#testing/security-methods.ts';
import { ADA, GRACE, HEDY } from '#testing/test-env.ts';
import { approve } from './agent-fixture.ts';
import { personId } from './helpdesk-fixture.ts';
import { HOUR, both, type Attack } from './attack-fixture.ts';

export const attacksFromInside: Attack[] = [
  {
    attack: 'colluding agent, password and mailbox: she closes the page on the denied push, and pushes again',
    safeguard: 'unread pushes are read',
    async play(f) {
      const factorId = await withPush(f.env, GRACE);
      await f.begin(f.hedy, { type: 'push', factorId, choice: allLost });
      await f.phoneSays('deny');
      await f.reset(f.hedy, await f.push(f.hedy, factorId, 'gives in'));
      await f.enroll(GRACE, both);
    },
  },
  {
    attack: 'colluding agent, password and mailbox: the owner agrees to one method, and all are reset',
    safeguard: 'consent covers what was shown',
    async play(f) {
      const owner = await f.portal.signedIn(GRACE);
      await f.stepUp(owner, 'caller-verification');
      await f.reset(f.hedy, await f.ownPage(f.hedy, owner, [await findId(owner, 'totp')]));
      await f.enroll(GRACE, both);
    },
  },
  {
    attack: 'colluding agent, password and mailbox: an accomplice is verified, and somebody else is reset',
    safeguard: 'a verification is of one person',
    async play(f) {
      const accomplice = await f.hedy.verified(await personId(f.portal, ADA));
      await f.reset(f.hedy, accomplice);
      await f.enroll(GRACE, both);
    },
  },
  {
    attack: 'colluding agent, password and mailbox: a caller who was verified an hour ago',
    safeguard: 'a verification ends after a quarter of an hour',
    async play(f) {
      const id = await f.hedy.verified(f.grace);
      f.env.advance(HOUR / 2);
      await f.signIn();
      await f.reset(f.hedy, id);
      await f.enroll(GRACE, both);
    },
  },
  {
    attack: 'session and password of an agent: the attacker resets her own methods at the helpdesk',
    safeguard: 'nobody acts on themselves',
    login: HEDY,
    async play(f) {
      await f.hedy.reset(f.hedy.id);
      await f.enroll(HEDY, both);
    },
  },
  {
    attack: 'an agent’s session, password and mailbox: the owner is told to choose the number',
    safeguard: 'a reset takes the agent’s own step-up',
    async play(f) {
      const factorId = await withPush(f.env, GRACE);
      await f.hedy.requestReset(f.grace, { callerVerificationId: await f.push(f.hedy, factorId, 'gives in') });
      await f.enroll(GRACE, both);
    },
  },
  {
    attack: 'colluding agent who is an approver too: she asks and approves',
    safeguard: 'nobody approves their own request',
    async play(f) {
      const { body } = await f.reset(f.annie, undefined);
      await approve(f.annie, body.approval.id);
      await f.enroll(GRACE, both);
    },
  },
  {
    attack: 'an approver’s session and a colluding agent',
    safeguard: 'an approval takes the approver’s own step-up',
    async play(f) {
      const { body } = await f.reset(f.hedy, undefined);
      await f.annie.visitor.call('decideApproval', { id: body.approval.id }, { body: { decision: 'approve' } });
      await f.enroll(GRACE, both);
    },
  },
  {
    attack: 'colluding approver: she approves what an agent asked who was dismissed since',
    safeguard: 'an approval asks again for the agent’s rights',
    async play(f) {
      const { body } = await f.reset(f.hedy, undefined);
      await f.env.fault({ match: `GET /api/v1/users/${f.hedy.id}/groups`, times: 1000, status: 200, body: [] });
      await approve(f.annie, body.approval.id);
      await f.enroll(GRACE, both);
    },
  },
];

/** No safeguard stops these attacks, so `docs/security.md` must contain the words in `named`. */
export const outOfReach: (Attack & { named: string })[] = [
  {
    attack: 'an agent and an approver together, with password and mailbox',
    safeguard: 'none',
    named: 'together with an agent they can take over any account',
    async play(f) {
      const { body } = await f.reset(f.hedy, undefined);
      await approve(f.annie, body.approval.id);
      await f.enroll(GRACE, both);
    },
  },
  {
    attack: 'password and mailbox of somebody who was just reset, faster than the owner',
    safeguard: 'none',
    named: 'somebody with mailbox *and* password of a person who was just reset can enroll',
    async play(f) {
      await f.reset(f.hedy, await f.hedy.verified(f.grace));
      await f.enroll(GRACE, both);
    },
  },
];

import type { ResetBody, UnfreezeBody } from '#contract/helpdesk.ts';
import type { Portal, TestEnv } from '#testing/test-env.ts';
import type { Reply, Visitor } from '#testing/visitor.ts';
import type { CallerVerificationType } from '../access/policy.ts';
import { personId } from './helpdesk-fixture.ts';

/** Somebody at the helpdesk, with what she needs for an act put in her hands. */
export type SignedInStaff = {
  login: string;
  id: string;
  visitor: Visitor;
  /** A proof of her own, as she would have given it. */
  stepUp(purpose: string, strength?: number): Promise<void>;
  /** A caller whom she verified; gives the proof's id. */
  verified(
    userId: string,
    type?: CallerVerificationType,
    told?: { methods?: { id: string; name: string }[]; all?: number },
  ): Promise<string>;
  /** A reset as her page asks for it, with nothing put in her hands. */
  requestReset(userId: string, body?: Partial<ResetBody>): Promise<Reply>;
  /** Lifting a freeze as her page asks for it, with nothing put in her hands. */
  requestUnfreeze(userId: string, body?: Partial<UnfreezeBody>): Promise<Reply>;
  /** A lift with all that it takes. */
  unfreeze(userId: string, body?: Partial<UnfreezeBody>): Promise<Reply>;
  /** A reset with all that it takes. */
  reset(userId: string, body?: Partial<ResetBody>): Promise<Reply>;
};

/** Signs somebody of the helpdesk in. */
export async function signInAgent(portal: Portal, login: string): Promise<SignedInStaff> {
  const visitor = await portal.signedIn(login);
  const id = await personId(portal, login);
  const actor: SignedInStaff = {
    login,
    id,
    visitor,
    async stepUp(purpose, strength = 3) {
      const session = await portal.app.services.sessions.find(visitor.token()!, false);
      await portal.app.services.stepUps.give(session!, purpose, strength);
    },
    async verified(userId, type = 'push', told = {}) {
      return (
        await portal.app.services.callerVerifications.attest({
          agent_id: id,
          agent_name: login,
          user_id: userId,
          type,
          ...told,
        })
      ).id;
    },
    requestReset: (userId, body) =>
      visitor.call(
        'resetMethods',
        { userId },
        { body: { factorIds: 'all', reason: 'lost', ticket: 'INC-1', ...body } },
      ),
    requestUnfreeze: (userId, body) =>
      visitor.call('unfreeze', { userId }, { body: { reason: 'other', ticket: 'INC-2', ...body } }),
    async unfreeze(userId, body) {
      await actor.stepUp(`helpdesk:${userId}`);
      return actor.requestUnfreeze(userId, body);
    },
    async reset(userId, body) {
      await actor.stepUp(`helpdesk:${userId}`);
      return actor.requestReset(userId, { callerVerificationId: await actor.verified(userId), ...body });
    },
  };
  return actor;
}

/** An approver's decision, with her own proof in hand. */
export async function approve({ visitor, stepUp }: SignedInStaff, id: string): Promise<Reply> {
  await stepUp(`approve:${id}`);
  return visitor.call('decideApproval', { id }, { body: { decision: 'approve' } });
}

/** Rows of the audit log about resets, by type. */
export const resetRows = (portal: Portal) =>
  portal.store
    .selectFrom('audit_log')
    .selectAll()
    .where('event', 'in', ['user.mfa.factor.reset', 'user.mfa.factor.reset_all'])
    .orderBy('seq')
    .execute();

/** Everything the org was asked that changes something. */
export const changesAsked = async (env: TestEnv): Promise<string[]> =>
  (await env.takeRequests())
    .filter(({ method }) => method !== 'GET')
    .map(({ method, path }) => `${method} ${path.replace(/^\/api\/v1\/users\/[^/]+/, '').replace(/\?.*$/, '')}`);

/** The code of a recovery code, as it stands in a mail. */
export const recoveryCodeIn = (text: string): string | undefined =>
  /recovery code: ((?:[A-Z0-9]{4}-){3}[A-Z0-9]{4})/.exec(text)?.[1]?.replaceAll('-', '');

import type { PurposeText } from '#contract/purposes.ts';
import type { ResetBody, UnfreezeBody } from '#contract/helpdesk.ts';
import { allLost, verifiedBy } from '#testing/security-methods.ts';
import type { Portal, TestEnv } from '#testing/test-env.ts';
import type { Reply, Visitor } from '#testing/visitor.ts';
import type { StoredCallerVerification } from '../caller-verification/caller-verifications.ts';
import type { CallerVerificationType } from '../access/policy.ts';
import { freezePerson } from '../freezes/freeze-person.ts';
import { personId } from './helpdesk-fixture.ts';

export type SignedInStaff = {
  login: string;
  id: string;
  visitor: Visitor;
  stepUp(purpose: PurposeText, strength?: number): Promise<void>;
  /**
   * Inserts a caller verification.
   * By default, all methods are lost, and the person answered with the first active method. Returns its id.
   */
  verified(
    userId: string,
    type?: CallerVerificationType,
    choice?: Partial<
      Pick<StoredCallerVerification, 'methods' | 'all' | 'reason' | 'strength' | 'factor_id' | 'used' | 'doubt'>
    >,
  ): Promise<string>;
  requestReset(userId: string, body?: Partial<ResetBody>): Promise<Reply>;
  requestUnfreeze(userId: string, body?: Partial<UnfreezeBody>): Promise<Reply>;
  /** Inserts a step-up before the request. */
  unfreeze(userId: string, body?: Partial<UnfreezeBody>): Promise<Reply>;
  /** Inserts a step-up and a caller verification before the request. */
  reset(userId: string, body?: Partial<ResetBody>): Promise<Reply>;
};

export async function signInAgent(portal: Portal, login: string): Promise<SignedInStaff> {
  const visitor = await portal.signedIn(login);
  const id = await personId(portal, login);
  const actor: SignedInStaff = {
    login,
    id,
    visitor,
    stepUp: (purpose, strength = 3) => portal.stepUp(visitor, purpose, strength),
    async verified(userId, type = 'push', choice = {}) {
      return (
        await portal.app.services.callerVerifications.attest({
          agent_id: id,
          agent_name: login,
          user_id: userId,
          type,
          methods: [],
          all: choice.methods ? 0 : 1,
          reason: 'lost',
          strength: 3,
          ...(await verifiedBy(portal, userId)),
          ...choice,
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
      visitor.call('unfreeze', { userId }, { body: { reason: 'lost', ticket: 'INC-2', ...body } }),
    async unfreeze(userId, body) {
      await actor.stepUp(`helpdesk:${userId}`);
      return actor.requestUnfreeze(userId, body);
    },
    async reset(userId, body) {
      await actor.stepUp(`helpdesk:${userId}`);
      const verification = await actor.verified(userId, 'push', body?.reason ? { reason: body.reason } : {});
      return actor.requestReset(userId, { callerVerificationId: verification, ...body });
    },
  };
  return actor;
}

/** For a reset of all methods, which are lost. */
export const startVerification = (agent: Visitor, userId: string, body: object): Promise<Reply> =>
  agent.call('startCallerVerification', { userId }, { body: { choice: allLost, ...body } });

export async function freezeByLink({ app: { services } }: Portal, userId: string): Promise<void> {
  const actor = { userId: null, address: '', agent: '', requestId: 'link' };
  const request = { why: 'by the link in a notice', byLink: async () => true } as const;
  await freezePerson(services, actor, await services.users.read(userId), request);
}

export async function approve({ visitor, stepUp }: SignedInStaff, id: string): Promise<Reply> {
  await stepUp(`approve:${id}`);
  return visitor.call('decideApproval', { id }, { body: { decision: 'approve' } });
}

export const resetRows = (portal: Portal) =>
  portal.auditRows({ event: ['user.mfa.factor.reset', 'user.mfa.factor.reset_all'] });

export const requestedChanges = async (env: TestEnv): Promise<string[]> =>
  (await env.takeRequests())
    .filter(({ method }) => method !== 'GET')
    .map(({ method, path }) => `${method} ${path.replace(/^\/api\/v1\/users\/[^/]+/, '').replace(/\?.*$/, '')}`);

export const recoveryCodeIn = (text: string): string | undefined =>
  /recovery code: ((?:[A-Z0-9]{4}-){3}[A-Z0-9]{4})/.exec(text)?.[1]?.replaceAll('-', '');

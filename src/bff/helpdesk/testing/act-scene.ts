import type { ResetBody, UnfreezeBody } from '#contract/helpdesk.ts';
import type { Portal, TestEnv } from '#testing/portal.ts';
import type { Reply, Visitor } from '#testing/visitor.ts';
import type { CallerWay } from '../policy.ts';
import { personId } from './desk-scene.ts';

/** Somebody at the desk, with what she needs for an act put in her hands. */
export type Actor = {
  login: string;
  id: string;
  visitor: Visitor;
  /** A proof of her own, as she would have given it. */
  prove(purpose: string, strength?: number): Promise<void>;
  /** A caller whom she verified; gives the proof's id. */
  verified(
    userId: string,
    way?: CallerWay,
    told?: { methods?: { id: string; name: string }[]; all?: number },
  ): Promise<string>;
  /** A reset as her page asks for it, with nothing put in her hands. */
  ask(userId: string, body?: Partial<ResetBody>): Promise<Reply>;
  /** Lifting a freeze as her page asks for it, with nothing put in her hands. */
  askLift(userId: string, body?: Partial<UnfreezeBody>): Promise<Reply>;
  /** A lift with all that it takes. */
  lift(userId: string, body?: Partial<UnfreezeBody>): Promise<Reply>;
  /** A reset with all that it takes. */
  reset(userId: string, body?: Partial<ResetBody>): Promise<Reply>;
};

/** Signs somebody of the desk in. */
export async function signInAgent(portal: Portal, login: string): Promise<Actor> {
  const visitor = await portal.signedIn(login);
  const id = await personId(portal, login);
  const actor: Actor = {
    login,
    id,
    visitor,
    async prove(purpose, strength = 3) {
      const session = await portal.app.rooms.sessions.find(visitor.token()!, false);
      await portal.app.rooms.proofs.give(session!, purpose, strength);
    },
    async verified(userId, way = 'push', told = {}) {
      return (
        await portal.app.rooms.callerProofs.attest({ agent_id: id, agent_name: login, user_id: userId, way, ...told })
      ).id;
    },
    ask: (userId, body) =>
      visitor.call(
        'resetMethods',
        { userId },
        { body: { factorIds: 'all', reason: 'lost', ticket: 'INC-1', ...body } },
      ),
    askLift: (userId, body) =>
      visitor.call('unfreeze', { userId }, { body: { reason: 'other', ticket: 'INC-2', ...body } }),
    async lift(userId, body) {
      await actor.prove(`desk:${userId}`);
      return actor.askLift(userId, body);
    },
    async reset(userId, body) {
      await actor.prove(`desk:${userId}`);
      return actor.ask(userId, { callerProofId: await actor.verified(userId), ...body });
    },
  };
  return actor;
}

/** An approver's decision, with her own proof in hand. */
export async function approve({ visitor, prove }: Actor, id: string): Promise<Reply> {
  await prove(`approve:${id}`);
  return visitor.call('decideApproval', { id }, { body: { decision: 'approve' } });
}

/** Rows of the trail about resets, by type. */
export const resetRows = (portal: Portal) =>
  portal.store
    .selectFrom('audit')
    .selectAll()
    .where('event', 'in', ['user.mfa.factor.reset', 'user.mfa.factor.reset_all'])
    .orderBy('seq')
    .execute();

/** Everything the org was asked that changes something. */
export const changesAsked = async (env: TestEnv): Promise<string[]> =>
  (await env.takeRequests())
    .filter(({ method }) => method !== 'GET')
    .map(({ method, path }) => `${method} ${path.replace(/^\/api\/v1\/users\/[^/]+/, '').replace(/\?.*$/, '')}`);

/** The code of a way back, as it stands in a mail. */
export const wayBackIn = (text: string): string | undefined =>
  /this code: ((?:[A-Z0-9]{4}-){3}[A-Z0-9]{4})/.exec(text)?.[1]?.replaceAll('-', '');

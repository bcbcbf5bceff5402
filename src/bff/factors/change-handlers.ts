import { ApiError } from '#contract/errors.ts';
import type { EndpointName } from '#contract/endpoints.ts';
import type { Context, Handlers, Rooms } from '../context.ts';
import { judgeFailure } from '../errors.ts';
import { deviceOf } from '../sessions/device.ts';
import { noticeOf } from '../notices/texts.ts';
import { needOfPurpose } from '../proof/need.ts';
import { codeMember, findHeld, heldOf, isPending } from './held.ts';
import { kinds } from './kinds.ts';
import { keptBecause } from './read-handlers.ts';
import { otpauthUri, presentFactor, requiredKinds } from './present.ts';

/** How the person's browser is named in a notice. */
function deviceWords(agent: string): string {
  const { browser, system } = deviceOf(agent);
  return [browser, system].filter(Boolean).join(' on ');
}

/** The notice owed for a change that happened. */
export function owedNotice(
  rooms: Rooms,
  change: 'added' | 'removed',
  person: { name: string; addresses: string[] },
  method: string,
  agent: string,
) {
  const { orgName, supportPhone, supportUrl } = rooms.settings;
  const text = noticeOf(change, {
    name: person.name,
    method,
    at: rooms.clock.now(),
    agent: deviceWords(agent),
    orgName,
    support: supportPhone ?? supportUrl,
  });
  return rooms.outbox.owing({ addresses: person.addresses, ...text });
}

/** Endpoints that change factors. They run one at a time for each person, and only once their proof was judged. */
export function changeHandlers(
  rooms: Rooms,
): Handlers<'enrollFactor' | 'activateFactor' | 'verifyFactor' | 'deleteFactor'> {
  const { audit, clock, idempotency, proofs, sessions, tries } = rooms;
  const about = (context: Context<EndpointName>, event: Parameters<typeof audit.change>[1]['event'], factorId: string | null, kind: string) => ({
    event,
    subject: context.session.user_id,
    factorId,
    kind,
  });

  return {
    async enrollFactor(context) {
      const { session, person, factors, body, actor, idempotencyKey } = context;
      const userId = session.user_id;
      const { held } = await context.holding();
      const there = held.find((one) => one.kind === body.kind && !isPending(one));
      if (there && body.kind !== 'okta-verify') {
        throw new ApiError('already_enrolled', 'There is one of this kind already.', { factorId: there.id });
      }
      const key = idempotencyKey;
      if (key) await idempotency.claim(userId, key);
      try {
        const made = await audit.change(
          actor,
          about(context, 'user.mfa.factor.enroll', null, body.kind),
          () => factors.enroll(body),
          ({ id }) => ({ factorId: id }),
          judgeFailure,
        );
        const expires = await proofs.grant(session, made.id, body.kind);
        if (key) await idempotency.note(userId, key, made.id);
        const { sharedSecret, timeStep } = made.activation ?? {};
        if (!sharedSecret || !/^[A-Z2-7]+=*$/i.test(sharedSecret)) throw new ApiError('org_error', 'The org gave no secret.');
        const secret = sharedSecret.replace(/=+$/, '');
        const uri = otpauthUri({
          issuer: rooms.settings.orgName,
          account: person.login,
          secret,
          digits: 6,
          period: timeStep ?? 30,
        });
        const [face] = heldOf([made], 'v1', null);
        return {
          factor: { ...presentFactor(face!), id: made.id, status: made.status },
          activation: { sharedSecret: secret, uri, expiresAt: new Date(expires).toISOString() },
        };
      } catch (error) {
        if (key && judgeFailure(error).outcome === 'failure') await idempotency.free(userId, key);
        if (error instanceof ApiError && error.code === 'already_enrolled' && there && !error.details.factorId) {
          throw new ApiError('already_enrolled', error.message, { factorId: there.id }, { cause: error.cause });
        }
        throw error;
      }
    },

    async activateFactor(context) {
      const { session, person, factors, params, body, actor } = context;
      const { factorId } = params;
      const grant = await proofs.granted(session, factorId);
      if (!grant) {
        const own = findHeld((await context.holding()).held, factorId);
        if (!own) throw new ApiError('not_found', 'There is no such method.');
        throw isPending(own)
          ? new ApiError('forbidden', 'This one was begun elsewhere. Start over, or drop it.')
          : new ApiError('already_enrolled', 'This one is on already.', { factorId: own.id });
      }
      if (grant.expires_at <= clock.now()) throw new ApiError('conflict', 'That took too long. Start over.');
      const name = kinds[grant.kind as keyof typeof kinds].name;
      const active = await tries.guard(session.user_id, () =>
        audit.change(
          actor,
          about(context, 'user.mfa.factor.activate', factorId, grant.kind),
          async () => {
            try {
              return await factors.activate(factorId, body.passCode);
            } catch (error) {
              // The org's own five tries in five minutes (E0000047), which say so per person rather than per call.
              if (error instanceof ApiError && error.code === 'busy') {
                throw new ApiError('too_many_attempts', 'Too many wrong codes.', error.details, { cause: error.cause });
              }
              throw error;
            }
          },
          ({ id }) => ({ factorId: id, alongside: owedNotice(rooms, 'added', person, name, actor.agent) }),
          judgeFailure,
        ),
      );
      await proofs.dropGrants(factorId);
      void rooms.outbox.flush();
      const [face] = heldOf([active], 'v1', null);
      return { factor: presentFactor(face!) };
    },

    async verifyFactor(context) {
      const { session, factors, params, body, actor } = context;
      const { held } = await context.holding();
      const target = findHeld(held, params.factorId);
      if (!target) throw new ApiError('not_found', 'There is no such method.');
      const member = codeMember(target);
      if (!member) throw new ApiError('conflict', 'This one cannot be checked by a code here.');
      const worth = kinds[target.kind].provesHere ?? 0;
      const need = body.purpose === undefined ? null : needOfPurpose(body.purpose, held);
      if (body.purpose !== undefined) {
        if (!need) throw new ApiError('conflict', 'There is nothing to prove for that.');
        if (worth < need.strength) {
          const { purpose, strength, ways } = need;
          throw new ApiError('proof_required', 'A stronger proof is needed.', { purpose, strength, ways });
        }
      }
      const event = need ? 'user.authentication.proof' : 'user.mfa.factor.verify';
      const named = about(context, event, member.id, target.kind);
      try {
        await tries.guard(session.user_id, () => factors.verify(member.id, body.passCode));
      } catch (error) {
        await audit.event(actor, named, judgeFailure(error));
        throw error;
      }
      await audit.event(actor, named, { outcome: 'success', reason: need?.purpose ?? 'test' });
      if (!need) return { factorResult: 'SUCCESS' };
      const expires = await proofs.give(session, need.purpose, worth);
      context.setSession(await sessions.renew(session, { proven_at: clock.now() }));
      return {
        factorResult: 'SUCCESS',
        proof: { purpose: need.purpose, strength: worth, expiresAt: new Date(expires).toISOString() },
      };
    },

    async deleteFactor(context) {
      const { person, factors, params, actor } = context;
      const whole = await context.holding();
      const target = findHeld(whole.held, params.factorId);
      if (!target) throw new ApiError('not_found', 'There is no such method.');
      const unfinished = isPending(target);
      if (!unfinished) {
        const reason = keptBecause(target, whole, requiredKinds(await factors.catalog(true)));
        if (reason === 'last_factor') throw new ApiError('last_factor', 'This is the last one.');
        if (reason === 'required_factor') throw new ApiError('required_factor', 'The org requires this one.');
      }
      await audit.change(
        actor,
        { ...about(context, 'user.mfa.factor.deactivate', target.id, target.kind) },
        async () => {
          // A family goes as one; where the org takes it along by itself, the others are already gone.
          for (const [index, member] of target.members.entries()) {
            try {
              await factors.remove(member.id);
            } catch (error) {
              if (index === 0 || !(error instanceof ApiError) || error.code !== 'not_found') throw error;
            }
          }
        },
        () => (unfinished ? {} : { alongside: owedNotice(rooms, 'removed', person, target.name, actor.agent) }),
        judgeFailure,
      );
      for (const { id } of target.members) await proofs.dropGrants(id);
      void rooms.outbox.flush();
      return undefined;
    },
  };
}

import { ApiError } from '#contract/errors.ts';
import type { MovingMethod, NewPhone } from '#contract/endpoints.ts';
import type { AuditLog } from '../../../records/audit-log/audit-log.ts';
import type { EndpointRows, RequestContext } from '../../../http/endpoints/endpoint-row.ts';
import { change, read } from '../../../http/policies.ts';
import type { StepUpCapabilities } from '../../../identity/step-up/requirement.ts';
import { replacementOf } from '../../../identity/step-up/replacing.ts';
import { locationOf } from '../../../identity/authenticators/locations.ts';
import { kinds } from '../../../platform/kinds/registry.ts';
import {
  findSecurityMethod,
  isPending,
  namedMethodOf,
  verificationsOf,
} from '../../../identity/methods/security-methods.ts';
import type { Engine, SecurityMethod } from '../../../identity/methods/security-methods.ts';
import { presentOwnFactor } from '../../../identity/methods/present.ts';
import { sparesFor } from '../../../identity/methods/spares.ts';
import type { OwnMethods } from '../read-security-methods.ts';
import type { NewPhonePlans, StoredPlan } from './plans.ts';
import { isSynced, progressOf, type PlannedMethod, type Progress } from './progress.ts';

type Viewing = { newPhonePlans: NewPhonePlans; engine: () => Promise<Engine> };
type Planning = Viewing & { auditLog: AuditLog };
type PlanRequest = Pick<RequestContext<'getNewPhone'>, 'session' | 'capabilities'> & OwnMethods;

const plannedOf = ({ id, kind, name, detail, members }: SecurityMethod): PlannedMethod => ({
  factorId: id,
  members: members.map((member) => member.id),
  kind,
  name,
  detail,
});

/**
 * Whether the portal can see that a method moved: a new one can be added here, or the old one tested. Duo's cannot: it
 * moves within Duo, and Okta keeps its factor as it is.
 */
const canMove = (method: SecurityMethod, capabilities: StepUpCapabilities): boolean =>
  kinds[method.kind].enroll !== null || verificationsOf(method, capabilities).length > 0;

/** How a method moves, as the page offers it. */
function wayOf({ kind, old }: Progress, engine: Engine): MovingMethod['way'] {
  if (kind !== 'webauthn') return replacementOf(kind, engine) ?? 'okta';
  return isSynced(old) ? 'keep' : 'add';
}

/** Presents a plan with what became of it, and the methods from which the person chooses. */
async function present({ engine }: Viewing, context: PlanRequest, plan: StoredPlan | null): Promise<NewPhone> {
  const [{ methods }, capabilities, known] = await Promise.all([
    context.securityMethods(),
    context.capabilities(),
    engine(),
  ]);
  const finished = methods.filter((method) => !isPending(method));
  return {
    plan: plan && {
      phone: plan.phone,
      expiresAt: new Date(plan.expiresAt).toISOString(),
      methods: progressOf(plan, methods).map((progress) => {
        const { factorId, kind, name, detail, state, worksNow } = progress;
        return {
          factorId,
          kind,
          name,
          detail,
          state,
          worksNow: worksNow && presentOwnFactor(worksNow),
          way: wayOf(progress, known),
          spare: sparesFor({ id: factorId }, methods, capabilities).length > 0,
        };
      }),
    },
    methods: finished
      .filter((method) => canMove(method, capabilities))
      .map((method) => ({ factor: presentOwnFactor(method), onPhone: locationOf(method).at === 'phone' })),
    elsewhere: finished
      .filter((method) => !canMove(method, capabilities) && locationOf(method).at === 'phone')
      .map(namedMethodOf),
  };
}

/** The plan for a new phone. It guides: it gives no permission, and lowers no step-up. */
export const newPhoneRows = {
  getNewPhone: {
    ...read,
    handler: async (context, services: Viewing) =>
      present(services, context, await services.newPhonePlans.of(context.session.user_id)),
  },

  planNewPhone: {
    ...change('user.new_phone.plan'),
    async handler(context, services: Planning) {
      const { newPhonePlans, auditLog } = services;
      const { session, body, actor } = context;
      const userId = session.user_id;
      const [{ methods }, capabilities] = await Promise.all([context.securityMethods(), context.capabilities()]);
      const before = await newPhonePlans.of(userId);
      const planned = [...new Set(body.factorIds)].map((id) => {
        const earlier = before?.methods.find(({ factorId }) => factorId === id);
        const method = findSecurityMethod(methods, id);
        if (!earlier && (!method || isPending(method) || !canMove(method, capabilities)))
          throw new ApiError('not_found');
        return earlier ?? plannedOf(method!);
      });
      const plan = {
        phone: body.phone,
        methods: planned,
        known: before?.known ?? methods.flatMap(({ members }) => members.map(({ id }) => id)),
        tested: before?.tested ?? [],
      };
      await auditLog.event(
        actor,
        { event: 'user.new_phone.plan', subject: userId },
        { outcome: 'success', reason: body.phone },
        newPhonePlans.set(userId, plan),
      );
      return present(services, context, await newPhonePlans.of(userId));
    },
  },

  endNewPhone: {
    ...change('user.new_phone.plan'),
    async handler({ session, actor }, { newPhonePlans, auditLog }: Planning) {
      await auditLog.event(
        actor,
        { event: 'user.new_phone.plan', subject: session.user_id },
        { outcome: 'success', reason: 'ended' },
        newPhonePlans.end(session.user_id),
      );
      return undefined;
    },
  },
} satisfies EndpointRows<'getNewPhone' | 'planNewPhone' | 'endNewPhone', OwnMethods>;

import { printPurpose } from '#contract/purposes.ts';
import { ApiError } from '#contract/errors.ts';
import type { FactorDetail, Removal, SessionView } from '#contract/endpoints.ts';
import { byPhone } from '../../platform/kinds/okta-verify.ts';
import type { Replacements } from '../../identity/step-up/replacements.ts';
import type { OpenEnrollment, StepUps } from '../../identity/step-up/step-ups.ts';
import { findResumable, readResumable } from '../../identity/step-up/resumable.ts';
import type { Passkeys } from '../../identity/methods/passkeys.ts';
import { parseDevice } from '../../platform/client/device.ts';
import type { LastChange } from '../../records/audit-log/history/last-change.ts';
import type { GetPersonFactors } from '../../identity/methods/person-factors.ts';
import type { EndpointRows } from '../../http/endpoints/endpoint-row.ts';
import type { OwnMethods } from './read-security-methods.ts';
import { readPolicy } from '../../http/policies.ts';
import { findKeptReason } from './removal-rules.ts';
import { maskAddress } from '../../platform/kinds/mask.ts';
import { getCredentialId } from '../../platform/kinds/webauthn.ts';
import { missingStepUp } from '../../identity/step-up/require-step-up.ts';
import type { CodeAttempts } from '../../identity/step-up/code-attempts.ts';
import { listBlocked } from '../../identity/step-up/wrong-codes.ts';
import { requirementFor } from '../../identity/step-up/requirement.ts';
import type { Sessions } from '../../identity/sessions/sessions.ts';
import {
  findSecurityMethod,
  isPending,
  pickNamedMethod,
  listVerifications,
} from '../../identity/methods/security-methods.ts';
import { presentCatalog, presentOwnFactor, requiredKinds, type Offer } from '../../identity/methods/present.ts';

type ViewServices = {
  helpdeskServices: { frozenAt(userId: string): Promise<number | null> };
  helpdesk: {
    getRoles(userId: string, now: boolean): Promise<{ agent: boolean; approver: boolean; auditor: boolean }>;
  } | null;
  sessions: Sessions;
  codeAttempts: CodeAttempts;
};
type OfferServices = { getPersonFactors: GetPersonFactors; passkeys: Passkeys };

const iso = (ms: number) => new Date(ms).toISOString();

/** If Okta does not answer, the session has no helpdesk role. */
export async function viewSession(
  services: ViewServices,
  context: Parameters<typeof listBlocked>[1],
): Promise<SessionView> {
  const { session } = context;
  const [roles, frozenAt, blocked] = await Promise.all([
    services.helpdesk?.getRoles(session.user_id, false).catch(() => null),
    services.helpdeskServices.frozenAt(session.user_id),
    listBlocked(services, context),
  ]);
  return {
    user: { login: session.login, name: session.name, firstName: session.first_name },
    helpdesk: (['approver', 'agent', 'auditor'] as const).find((role) => roles?.[role]) ?? null,
    frozen: frozenAt !== null,
    blocked,
    idleEndsAt: iso(services.sessions.idleEnd(session)),
    endsAt: iso(session.ends_at),
  };
}

const presentEnrollment = ({ expires_at, how }: OpenEnrollment, factorId: string): FactorDetail['enrollment'] => ({
  expiresAt: iso(expires_at),
  how,
  start: expires_at,
  ...(how === 'poll' && { poll: byPhone(factorId) }),
});

/** Keys are offered even if the org's relying-party id is unknown, because only a first enrollment reveals it. */
const offer = async ({ passkeys, getPersonFactors }: OfferServices): Promise<Offer> => ({
  keys: (await passkeys.whose()) !== 'foreign',
  questions: getPersonFactors.asksQuestions(),
});

export const readRows = {
  getHome: {
    ...readPolicy,
    async handler(
      context,
      services: ViewServices &
        OfferServices & {
          callerVerifications: { listPendingIds(userId: string): Promise<string[]> };
          helpdeskServices: {
            recoveryCodes: { findNeeded(userId: string, sessionId: string): Promise<{ until: number | null } | null> };
            auditReader: { readLastChange(userId: string): Promise<LastChange | undefined> };
          };
          replacements: Pick<Replacements, 'listOpen'>;
          stepUps: StepUps;
        },
    ) {
      const { session, person, factors, securityMethods } = context;
      const [{ methods }, { find, replacing }, entries, viewed, questions, live, lastChange] = await Promise.all([
        securityMethods(),
        securityMethods().then((whole) => readResumable(services, session, whole.methods)),
        factors.catalog(),
        viewSession(services, context),
        services.helpdesk ? services.callerVerifications.listPendingIds(session.user_id) : [],
        services.sessions.list(session.user_id),
        services.helpdeskServices.auditReader.readLastChange(session.user_id),
      ]);
      const catalog = presentCatalog(entries, await offer(services));
      const recoveryCode = methods.some(({ counts }) => counts)
        ? null
        : await services.helpdeskServices.recoveryCodes.findNeeded(session.user_id, session.id);
      return {
        session: viewed,
        factors: methods.map((method) => ({
          ...presentOwnFactor(method),
          ...(isPending(method) && { resumable: find(method) }),
        })),
        catalog,
        notifies: person.addresses.map(maskAddress),
        questions,
        ...(recoveryCode && { recoveryCode: recoveryCode.until === null ? ('ended' as const) : ('holds' as const) }),
        replacing,
        others: live.filter(({ id }) => id !== session.id).map(({ agent }) => parseDevice(agent)),
        ...(lastChange && { lastChange: { ...lastChange, at: iso(lastChange.at) } }),
      };
    },
  },

  listFactors: {
    ...readPolicy,
    handler: async ({ securityMethods }) => ({ factors: (await securityMethods()).methods.map(presentOwnFactor) }),
  },

  listSupportedFactors: {
    ...readPolicy,
    handler: async ({ factors }, services: OfferServices) => ({
      factors: presentCatalog(await factors.catalog(), await offer(services)),
    }),
  },

  getStepUp: {
    ...readPolicy,
    async handler(context, services: Parameters<typeof missingStepUp>[0]) {
      const missing = await missingStepUp(services, context, context.query.purpose);
      return { stepUp: missing && { purpose: missing.purpose, strength: missing.strength, options: missing.options } };
    },
  },

  listSecurityQuestions: { ...readPolicy, handler: async ({ factors }) => ({ questions: await factors.questions() }) },

  getFactor: {
    ...readPolicy,
    async handler(
      { session, person, factors, params, securityMethods, capabilities },
      { passkeys, stepUps }: { passkeys: Passkeys; stepUps: StepUps },
    ): Promise<FactorDetail> {
      const [whole, catalog, able, rpId] = await Promise.all([
        securityMethods(),
        factors.catalog(),
        capabilities(),
        passkeys.rpId(),
      ]);
      const target = findSecurityMethod(whole.methods, params.factorId);
      if (!target) throw new ApiError('not_found');
      const pending = isPending(target);
      const credentialId = pending ? null : getCredentialId(target);
      const open = pending && (await stepUps.mapOpenEnrollments([target.id])).get(target.id);
      const resumable = findResumable(session, open ? open.session_id : null);
      const reason = findKeptReason(target, whole, requiredKinds(catalog));
      let removal: Removal;
      if (reason) {
        removal = { allowed: false, reason };
      } else {
        const purpose = printPurpose({ name: 'remove', factorIds: [target.id] });
        const { strength, options } = requirementFor(
          purpose,
          pending ? 0 : target.strength,
          whole.methods,
          `/methods/${target.id}/remove`,
          able,
        );
        const left = whole.methods.filter(({ id }) => id !== target.id);
        removal = {
          allowed: true,
          purpose,
          strength,
          steppedUp: pending || (await stepUps.has(session, purpose, strength)),
          options,
          keeps: left.filter(({ counts }) => counts).map(pickNamedMethod),
        };
      }
      return {
        factor: { ...presentOwnFactor(target), ...(pending && { resumable }) },
        enrollment: open && resumable === 'here' ? presentEnrollment(open, target.id) : null,
        verifications: listVerifications(target, able).map(({ factor, verificationType }) => ({
          factorId: factor.id,
          verificationType,
        })),
        removal,
        ...(credentialId !== null && rpId !== null && { credential: { rpId, credentialId } }),
        notifies: person.addresses.map(maskAddress),
      };
    },
  },
} satisfies EndpointRows<
  'getHome' | 'listFactors' | 'listSupportedFactors' | 'listSecurityQuestions' | 'getFactor' | 'getStepUp',
  OwnMethods
>;

import type { EndpointName } from '#contract/endpoints.ts';
import type { HelpdeskPerson } from '#contract/helpdesk.ts';
import type { Locale } from '#contract/locale/locales.ts';
import type { RecentChanges } from './recent-changes.ts';
import type { Users } from '../../../identity/users/users.ts';
import type { Clock } from '#clock';
import {
  isPending,
  type SecurityMethod,
  type VerificationCapabilities,
} from '../../../identity/methods/security-methods.ts';
import { SURE_ANSWER_STRENGTH } from '../../../identity/step-up/requirement.ts';
import { presentFactor } from '../../../identity/methods/present.ts';
import type { HelpdeskContext } from '../access/authorize-operation.ts';
import { answersThemselves, listCallerVerificationOptions } from '../caller-verification/verification-types.ts';
import { contactChanged } from '../caller-verification/contact-methods.ts';
import { countsDespite, readFreezeWindow, type FreezeWindow } from '../freezes/freeze-window.ts';
import type { Target } from '../access/helpdesk.ts';
import type { Operation } from '../access/policy.ts';
import type { Approvals } from '../approvals/approvals.ts';
import { createWatch, type WatchServices } from './person-watch.ts';
import type { ResetLimits } from '../reset-model/reset-limits.ts';
import type { AttackSigns } from '../attack-signs/attack-signs.ts';

export type ViewServices = Parameters<typeof readFreezeWindow>[0] &
  WatchServices & {
    helpdeskServices: {
      approvals: Pick<Approvals, 'listAbout'>;
      attackSigns: AttackSigns;
      limits: Pick<ResetLimits, 'fewLeft'>;
      pendingCancellations: { of(userId: string): Promise<{ nextAt: number } | null> };
      recoveryCodes: { findNeeded(userId: string): Promise<{ until: number | null } | null> };
    };
    clock: Clock;
    users: Users;
    recentChanges: RecentChanges;
    findLanguage(reader: Target['person']): Promise<Locale>;
  };

type Context = Pick<HelpdeskContext<EndpointName>, 'session' | 'capabilities' | 'authorized'>;
type Authorized = Context['authorized'];

/** A reset removes these factor types of Okta Verify together. */
const parts: Record<string, HelpdeskPerson['alsoRemoved'][number]['parts'][number]> = {
  push: 'push',
  'token:software:totp': 'totp',
  signed_nonce: 'fastpass',
};

/** Identity Engine restores the email factor of the primary address. */
export const alsoRemoved = (one: SecurityMethod): HelpdeskPerson['alsoRemoved'][number] => ({
  factorId: one.id,
  parts: one.kind === 'okta-verify' ? one.members.flatMap(({ factorType }) => parts[factorType] ?? []) : [],
  restoredByOkta: one.kind === 'email' && !one.counts && !isPending(one),
});

function presentPerson({ person, groups }: Target, language: Locale): HelpdeskPerson['person'] {
  const { id, name, login, status } = person;
  return { id, name, login, status, groups: [...groups.values()], language };
}

function listWarnings(
  { person, kind, rolesUnknown }: Target,
  methods: SecurityMethod[],
  state: { resetRecently: boolean; frozen: boolean; now: number },
): HelpdeskPerson['warnings'] {
  const warnings: [boolean, HelpdeskPerson['warnings'][number]][] = [
    [state.resetRecently, 'recently_reset'],
    [contactChanged(methods, state.now), 'contact_changed'],
    [kind === 'privileged', 'privileged'],
    [rolesUnknown, 'roles_unknown'],
    [state.frozen, 'frozen'],
    [person.status !== 'ACTIVE', 'not_active'],
  ];
  return warnings.flatMap(([holds, warning]) => (holds ? [warning] : []));
}

/** Null: only the caller verification decides about an approver. `until: null`: every reset needs one. */
function presentNeed(always: boolean, ...ends: (number | null)[]): HelpdeskPerson['needsApprover'] {
  if (always) return { until: null };
  const until = Math.max(...ends.filter((end) => end !== null));
  return Number.isFinite(until) ? { until: new Date(until).toISOString() } : null;
}

function listPermissions({ helpdesk, target }: Authorized): HelpdeskPerson['permissions'] {
  const permission = (operation: Operation) => {
    const { allowed, rule } = helpdesk.cell(target, operation);
    return { allowed, rule };
  };
  return {
    challenge: permission('challenge'),
    resetOne: permission('resetOne'),
    resetAll: permission('resetAll'),
    unfreeze: permission('unfreeze'),
    unlock: permission('unlock'),
    report: permission('report'),
  };
}

type Option = HelpdeskPerson['callerVerificationOptions'][number];

/** Null: the reader verifies no callers. */
function listOptions(
  { helpdesk, target }: Authorized,
  methods: SecurityMethod[],
  { freeze, able, now }: { freeze: FreezeWindow | null; able: VerificationCapabilities; now: number },
): Option[] | null {
  if (!helpdesk.cell(target, 'challenge').allowed) return null;
  return listCallerVerificationOptions(methods, helpdesk.settings.callBack, now, able).filter(
    // Okta does not verify a locked-out person, so only a call back is possible.
    (option) =>
      (target.person.status !== 'LOCKED_OUT' || option.type === 'call-back') && countsDespite(freeze, option, methods),
  );
}

/** No other function presents a person to the helpdesk. Numbers and addresses are masked. */
export async function viewPerson(services: ViewServices, context: Context): Promise<HelpdeskPerson> {
  const { authorized } = context;
  const { helpdesk, target, staff } = authorized;
  const { person, kind } = target;
  const { settings } = helpdesk;
  const now = services.clock.now();
  const getName = async (actorId: string) =>
    actorId === person.id
      ? person.name
      : services.users.current(actorId, false).then(
          ({ name }) => name,
          () => null,
        );
  // Comes before the other reads, so that the page notices a change during them and reads again.
  const watch = await createWatch(services, context.session.id, person.id);
  const { methods } = await authorized.securityMethods();
  const able = await context.capabilities();
  const { helpdeskServices } = services;
  const [freeze, resetEnd, recentChanges, requests, attackSigns, signsEnd] = await Promise.all([
    readFreezeWindow(services, person.id, methods),
    services.recentChanges.findResetEnd(person.id),
    services.recentChanges.of(person.id, getName),
    helpdeskServices.approvals.listAbout(staff, person.id),
    helpdeskServices.attackSigns.of(person.id),
    helpdeskServices.attackSigns.findEnd(person.id),
  ]);
  const [cancellation, code, limit, language] = await Promise.all([
    helpdeskServices.pendingCancellations.of(person.id),
    helpdeskServices.recoveryCodes.findNeeded(person.id),
    helpdeskServices.limits.fewLeft(staff.userId),
    services.findLanguage(person),
  ]);
  const options = listOptions(authorized, methods, { freeze, able, now });
  const isSure = ({ type }: Option) =>
    type === 'push' || (type === 'own-session' && answersThemselves(methods, SURE_ANSWER_STRENGTH));
  const always = kind === 'privileged' || options?.some(isSure) === false;
  return {
    person: presentPerson(target, language),
    target: kind,
    watch,
    // The text of a question would help an attacker to guess its answer.
    factors: methods.map(presentFactor).map((one) => (one.kind === 'question' ? { ...one, detail: null } : one)),
    alsoRemoved: methods.map(alsoRemoved),
    attackSigns,
    needsApprover: presentNeed(always, signsEnd, resetEnd),
    limit,
    warnings: listWarnings(target, methods, { resetRecently: resetEnd !== null, frozen: freeze !== null, now }),
    frozenAt: freeze && new Date(freeze.at).toISOString(),
    cancellationAt: cancellation && new Date(cancellation.nextAt).toISOString(),
    recoveryCode: code && { until: code.until === null ? null : new Date(code.until).toISOString() },
    reported: [...(freeze?.reported ?? [])],
    suspects: [...(freeze?.suspects ?? [])],
    recentChanges,
    permissions: listPermissions(authorized),
    callerVerificationOptions: options ?? [],
    unverifiedAllowed: settings.unverified,
    ...requests,
  };
}

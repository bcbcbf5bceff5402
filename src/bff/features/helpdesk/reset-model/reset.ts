import type { AuditReason } from '#contract/audit-log/audit-reasons.ts';
import type { Locale } from '#contract/locale/locales.ts';
import type { NamedMethod } from '#contract/endpoints.ts';
import { ApiError } from '#contract/errors.ts';
import type { Approval, Effects, ResetBody } from '#contract/helpdesk.ts';
import type { Actor, AuditDetails } from '../../../records/audit-log/audit-log.ts';
import type { Factor } from '#okta/wire/factor.ts';
import type { PortalUser } from '../../../identity/users/users.ts';
import { maskAddress } from '../../../platform/kinds/mask.ts';
import {
  findAddress,
  findSecurityMethod,
  isPending,
  pickNamedMethod,
  type SecurityMethod,
} from '../../../identity/methods/security-methods.ts';

/** `ids`: ids of the method's factors. `suspect`: whether the method may be an attacker's. */
export type ResetMethod = NamedMethod & {
  id: string;
  ids: string[];
  detail: string | null;
  counts: boolean;
  suspect: boolean;
};

/** `number`: masked, of a call back; else null. */
export type UsedFactor = NamedMethod & Pick<Factor, 'id' | 'created' | 'lastUpdated'> & { number: string | null };

export type VerifiedCaller = Omit<NonNullable<Approval['caller']>, 'called'> & {
  id: string;
  type: NonNullable<Approval['callerVerificationType']>;
  used: readonly UsedFactor[];
};

export type ResetState =
  | { state: 'planned' }
  /** Stored in `approvals`. */
  | { state: 'waiting' }
  /** Stored in `resets`. `approver`: null if none was needed. */
  | { state: 'begun'; approver: string | null };

/**
 * Only `planReset` creates a reset, and it is carried out from this value alone.
 * An unfreeze and an unlock have no methods.
 */
export type Reset<State extends ResetState = ResetState> = State & {
  id: string;
  /** The agent, with the request's address, browser and ids. */
  by: Actor;
  agent: Approval['agent'];
  person: Approval['person'];
  /** For emails to the person. Null: unknown. */
  locale: Locale | null;
  timeZone: string | null;
  /** `all`: one call to Okta removes all factors. */
  methods: ResetMethod[];
  all: boolean;
  stays: ResetMethod[];
  reason: Approval['reason'];
  ticket: string;
  note: string | null;
  caller: VerifiedCaller | null;
  /** Whether the person already needs a recovery code. Even a reset without methods then gives a new one. */
  codeNeeded: boolean;
  approvalReasons: Approval['approvalReasons'];
  /** `notifies`: all verified addresses. `codeTo`: addresses for a recovery code. */
  notifies: string[];
  codeTo: string[];
  operation: 'reset' | 'unfreeze' | 'unlock';
  /** The last request of the person's freeze (ms since 1970). An unfreeze ends only this freeze. Null: not frozen. */
  freeze: number | null;
  /** Methods of a pending reset. An unfreeze starts only after resets have removed them (`gone`). */
  after: (ResetMethod & { gone?: boolean })[];
};
export type PlannedReset = Reset<{ state: 'planned' }>;
export type WaitingReset = Reset<{ state: 'waiting' }>;
export type BegunReset = Reset<Extract<ResetState, { state: 'begun' }>>;

type ResetRequest = Pick<
  Reset,
  'id' | 'by' | 'agent' | 'reason' | 'ticket' | 'note' | 'caller' | 'approvalReasons' | 'operation' | 'after'
> & { factorIds?: ResetBody['factorIds'] | undefined };
export type ResetSubject = {
  person: PortalUser;
  methods: readonly SecurityMethod[];
  codeTo: string[];
  codeNeeded: boolean;
  /** `removed`: every address that the person had at any time since seven days before the freeze. */
  freeze: { requestedAt: number; suspects: ReadonlySet<string>; removed: string[] } | null;
};

function listChannels(addresses: readonly string[], methods: readonly SecurityMethod[]): string[] {
  const all = [...addresses, ...methods.flatMap((one) => findAddress(one) ?? [])];
  return all.filter(
    (address, index) => all.findIndex((other) => other.toLowerCase() === address.toLowerCase()) === index,
  );
}

function chosen(methods: readonly SecurityMethod[], factorIds: ResetBody['factorIds'] = []): SecurityMethod[] {
  if (factorIds === 'all') return methods.filter((one) => one.counts || isPending(one));
  const found = new Map<string, SecurityMethod>();
  for (const id of factorIds) {
    const one = findSecurityMethod(methods, id);
    if (!one) throw new ApiError('conflict');
    found.set(one.id, one);
  }
  return [...found.values()];
}

/** Throws `conflict` if a named method is gone. The audit log would show `not_found` as out of the agent's scope. */
export function planReset(
  { factorIds, ...asked }: ResetRequest,
  { person, methods, codeTo, codeNeeded, freeze }: ResetSubject,
): PlannedReset {
  const targets = chosen(methods, factorIds);
  const all = factorIds === 'all';
  const removed = (asked.operation === 'unfreeze' && freeze?.removed) || [];
  const toResetMethod = (one: SecurityMethod): ResetMethod => ({
    ...pickNamedMethod(one),
    id: one.id,
    ids: one.members.map(({ id }) => id),
    // Only the owner may read the text of a question.
    detail: one.kind === 'question' ? null : one.detail,
    counts: one.counts,
    suspect: !all && (freeze?.suspects.has(one.id) ?? false),
  });
  return {
    ...asked,
    state: 'planned',
    person: { id: person.id, name: person.name, login: person.login },
    locale: person.locale,
    timeZone: person.timeZone,
    methods: targets.map(toResetMethod),
    all,
    stays: methods.filter(({ id }) => ![...targets, ...asked.after].some((gone) => gone.id === id)).map(toResetMethod),
    notifies: listChannels([...person.addresses, ...removed], methods),
    codeTo,
    codeNeeded,
    freeze: freeze && freeze.requestedAt,
    // Okta restores an account's own address, which does not count.
    after: asked.after.filter(({ id }) => findSecurityMethod(chosen(methods, 'all'), id) !== undefined),
  };
}

/** Throws `conflict` if a method of the stored reset is gone. */
export const rebuildReset = (stored: Reset, subject: ResetSubject): PlannedReset =>
  planReset({ ...pickRequest(stored), factorIds: stored.all ? 'all' : stored.methods.map(({ id }) => id) }, subject);

const pickRequest = ({ id, by, agent, reason, ticket, note, caller, approvalReasons, operation, after }: Reset) => ({
  ...{ id, by, agent, reason, ticket, note, caller, approvalReasons, operation, after },
});

/** Whether resets must end before this unfreeze. `inReset`: ids of users with a pending, approved or running reset. */
export const waitsForReset = ({ operation, person, after }: Reset, inReset: ReadonlySet<string>): boolean =>
  operation === 'unfreeze' && (inReset.has(person.id) || after.some(({ gone }) => !gone));

export function assertLockedOut({ status }: Pick<PortalUser, 'status'>): void {
  if (status !== 'LOCKED_OUT') throw ApiError.withRule('conflict', 'not_locked');
}

export const takesEveryMethod = (
  reset: Pick<Reset, 'operation'> & { stays: readonly { counts: boolean }[] },
): boolean => reset.operation === 'reset' && !reset.stays.some(({ counts }) => counts);

/** A person who never had a method adds the first one without a code. */
export const acceptsCode = ({ methods, codeNeeded }: Pick<Reset, 'methods' | 'codeNeeded'>): boolean =>
  codeNeeded || methods.some(({ counts }) => counts);

/** Returns null if the reset gives no code. */
export const planRecoveryCode = (
  reset: Pick<Reset, 'operation' | 'methods' | 'codeNeeded' | 'codeTo'>,
  left: readonly { counts: boolean }[],
): { sentTo: string[]; inPerson: boolean } | null =>
  takesEveryMethod({ operation: reset.operation, stays: left }) && acceptsCode(reset)
    ? { sentTo: reset.codeTo.map(maskAddress), inPerson: reset.codeTo.length === 0 }
    : null;

export const listCounting = (methods: readonly (NamedMethod & { counts: boolean })[]): NamedMethod[] =>
  methods.filter(({ counts }) => counts).map(pickNamedMethod);

/** `now`: the person's methods after the reset. `gone`: the removed methods. */
export const describeEffects = (
  reset: Reset,
  now: readonly (NamedMethod & { counts: boolean })[],
  gone: readonly ResetMethod[],
): Effects => ({
  removed: gone.map(pickNamedMethod),
  remaining: listCounting(now),
  recoveryCode: planRecoveryCode(reset, now),
  notified: reset.notifies.map(maskAddress),
});

export function toAuditDetails(reset: Reset): Omit<AuditDetails, 'event' | 'why'> & { why: AuditReason } {
  const { person, reason, note, ticket, caller } = reset;
  return {
    subject: person.id,
    why: note ? `${reason}: ${note}` : reason,
    ticket,
    callerVerification: caller && `${caller.type}:${caller.id}`,
    ...('approver' in reset && { approver: reset.approver }),
  };
}

export function toRemovalDetails(reset: Reset): AuditDetails {
  const { all, methods } = reset;
  const [only] = methods.length === 1 ? methods : [];
  return {
    ...toAuditDetails(reset),
    event: all ? 'user.mfa.factor.reset_all' : 'user.mfa.factor.reset',
    factorId: only?.id ?? null,
    kind: only?.kind ?? (all ? null : [...new Set(methods.map(({ kind }) => kind))].join(' ') || null),
  };
}

/** Throws `conflict` if an unfreeze would leave a suspect method that the approver has not seen as suspect. */
export function assertAllShown(
  { operation, stays, after }: Pick<Reset, 'operation' | 'stays' | 'after'>,
  { methods, freeze }: ResetSubject,
): void {
  const shown = new Set([...stays.filter(({ suspect }) => suspect), ...after].map(({ id }) => id));
  const isNew = ({ id, counts }: SecurityMethod) => counts && freeze?.suspects.has(id) && !shown.has(id);
  if (operation === 'unfreeze' && methods.some(isNew)) throw ApiError.withRule('conflict', 'added');
}

export function listRemoved({ methods }: Pick<Reset, 'methods'>, now: readonly SecurityMethod[]): ResetMethod[] {
  const there = new Set(now.flatMap(({ members }) => members.map(({ id }) => id)));
  return methods.filter(({ ids }) => !ids.some((id) => there.has(id)));
}

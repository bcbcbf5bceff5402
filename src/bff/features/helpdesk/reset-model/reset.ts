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

/** A method at the moment of the request. `ids`: its factors; `suspect`: it may be an attacker's (see freezes). */
export type ResetMethod = NamedMethod & {
  id: string;
  ids: string[];
  detail: string | null;
  counts: boolean;
  suspect: boolean;
};

/** A factor that counts as used, as Okta listed it when the caller was verified. `number`: what was called back. */
export type UsedFactor = NamedMethod & Pick<Factor, 'id' | 'created'> & { number: string | null };

/** A caller verification of the agent, by its id, and what an approver reads about it. */
export type VerifiedCaller = NonNullable<Approval['caller']> & {
  id: string;
  type: NonNullable<Approval['callerVerificationType']>;
  used: readonly UsedFactor[];
};

/** The state of a reset. */
export type ResetState =
  /** Nothing of it is stored. */
  | { state: 'planned' }
  /** Stored in `approvals`, for an approver. */
  | { state: 'waiting' }
  /** Stored in `resets` with its intent. `approver`: the id of who agreed; null if nobody had to. */
  | { state: 'begun'; approver: string | null };

/**
 * A reset of a person's methods, an unfreeze, or an unlock. Made by `planReset` only; stored with the approval and with
 * the intent, and carried out from this value alone. An unfreeze and an unlock have no methods.
 */
export type Reset<State extends ResetState = ResetState> = State & {
  /** Also the approval's, if there is one. */
  id: string;
  /** The agent who asked, in that request. */
  by: Actor;
  agent: Approval['agent'];
  person: Approval['person'];
  /** Of the emails to the person. */
  locale: Locale | null;
  timeZone: string | null;
  /** The methods to remove. `all`: Okta removes whatever there is, in one call. */
  methods: ResetMethod[];
  all: boolean;
  /** Every other method. */
  stays: ResetMethod[];
  reason: Approval['reason'];
  ticket: string;
  note: string | null;
  caller: VerifiedCaller | null;
  /** Whether the person needs a recovery code already, so that a reset of nothing gives a new one. */
  codeNeeded: boolean;
  /** Why an approver must agree; empty if none must. */
  approvalReasons: Approval['approvalReasons'];
  /** Every verified address; those that may get a recovery code. Masked while it waits for an approver. */
  notifies: string[];
  codeTo: string[];
  operation: 'reset' | 'unfreeze' | 'unlock';
  /** The freeze of the person, by its last request (milliseconds), which an unfreeze ends; null for none. */
  freeze: number | null;
  /** The methods of the reset that waited when an unfreeze was asked for: it starts only when they are gone. */
  after: ResetMethod[];
};
export type PlannedReset = Reset<{ state: 'planned' }>;
export type WaitingReset = Reset<{ state: 'waiting' }>;
export type BegunReset = Reset<Extract<ResetState, { state: 'begun' }>>;

/** What an agent asks for. */
type ResetRequest = Pick<
  Reset,
  'id' | 'by' | 'agent' | 'reason' | 'ticket' | 'note' | 'caller' | 'approvalReasons' | 'operation' | 'after'
> & { factorIds?: ResetBody['factorIds'] | undefined };
/** What Okta and the store say about the person, read under the person's lock. */
export type ResetSubject = {
  person: PortalUser;
  methods: readonly SecurityMethod[];
  codeTo: string[];
  codeNeeded: boolean;
  /** The person's freeze (see freezes); null for none. `removed`: addresses that were removed since then. */
  freeze: { requestedAt: number; suspects: ReadonlySet<string>; removed: string[] } | null;
};

/** Returns every verified address: the account's own, and those of email methods. */
function listChannels(addresses: readonly string[], methods: readonly SecurityMethod[]): string[] {
  const all = [...addresses, ...methods.flatMap((one) => findAddress(one) ?? [])];
  return all.filter(
    (address, index) => all.findIndex((other) => other.toLowerCase() === address.toLowerCase()) === index,
  );
}

/** Returns the methods that a body names, each once. Throws `not_found` when one is missing. */
function chosen(methods: readonly SecurityMethod[], factorIds: ResetBody['factorIds'] = []): SecurityMethod[] {
  if (factorIds === 'all') return methods.filter((one) => one.counts || isPending(one));
  const found = new Map<string, SecurityMethod>();
  for (const id of factorIds) {
    const one = findSecurityMethod(methods, id);
    if (!one) throw new ApiError('not_found');
    found.set(one.id, one);
  }
  return [...found.values()];
}

/**
 * Makes a reset from the agent's request and the person's present methods. Throws `not_found` when a named method is
 * missing.
 */
export function planReset(
  { factorIds, ...asked }: ResetRequest,
  { person, methods, codeTo, codeNeeded, freeze }: ResetSubject,
): PlannedReset {
  const targets = chosen(methods, factorIds);
  const all = factorIds === 'all';
  const unfreezes = asked.operation === 'unfreeze';
  const toResetMethod = (one: SecurityMethod): ResetMethod => ({
    ...pickNamedMethod(one),
    id: one.id,
    ids: one.members.map(({ id }) => id),
    // The text of a question is for its owner.
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
    notifies: listChannels([...person.addresses, ...(unfreezes && freeze ? freeze.removed : [])], methods),
    codeTo,
    codeNeeded,
    freeze: freeze && freeze.requestedAt,
  };
}

/** Rebuilds a stored reset from the person's present methods. Throws `not_found` when one of its methods is gone. */
export const rebuildReset = (stored: Reset, subject: ResetSubject): PlannedReset =>
  planReset({ ...pickRequest(stored), factorIds: stored.all ? 'all' : stored.methods.map(({ id }) => id) }, subject);

const pickRequest = ({ id, by, agent, reason, ticket, note, caller, approvalReasons, operation, after }: Reset) => ({
  ...{ id, by, agent, reason, ticket, note, caller, approvalReasons, operation, after },
});

/** Throws `conflict` unless Okta has locked the person out. */
export function assertLockedOut({ status }: Pick<PortalUser, 'status'>): void {
  if (status !== 'LOCKED_OUT') throw ApiError.withRule('conflict', 'not_locked');
}

/** Returns whether it leaves no method that counts. */
export const takesEveryMethod = (
  reset: Pick<Reset, 'operation'> & { stays: readonly { counts: boolean }[] },
): boolean => reset.operation === 'reset' && !reset.stays.some(({ counts }) => counts);

/**
 * Returns whether a reset that leaves no method gives a recovery code: it removes a method that counts, or a code was
 * needed before. Whoever never had a method adds the first one without a code.
 */
export const acceptsCode = ({ methods, codeNeeded }: Pick<Reset, 'methods' | 'codeNeeded'>): boolean =>
  codeNeeded || methods.some(({ counts }) => counts);

/** Returns how a reset's recovery code reaches the person; null when the reset gives none. */
export const planRecoveryCode = (
  reset: Pick<Reset, 'operation' | 'methods' | 'codeNeeded' | 'codeTo'>,
  left: readonly { counts: boolean }[],
): { sentTo: string[]; inPerson: boolean } | null =>
  takesEveryMethod({ operation: reset.operation, stays: left }) && acceptsCode(reset)
    ? { sentTo: reset.codeTo.map(maskAddress), inPerson: reset.codeTo.length === 0 }
    : null;

/** Returns the names of the methods that count. */
export const listCounting = (methods: readonly (NamedMethod & { counts: boolean })[]): NamedMethod[] =>
  methods.filter(({ counts }) => counts).map(pickNamedMethod);

/** Returns what a reset did. `now`: the methods that the person then has; `gone`: those that it removed. */
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

/** Returns what all audit rows of a reset say: whom it is about, why, and who agreed. */
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

/** Returns the details of the removal's rows: also the event, the method if it is only one, each kind of several. */
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

/** Throws `conflict` while a method is there that an unfreeze waits for, other than an address that Okta restored. */
export function assertFirstGone({ after }: Pick<Reset, 'after'>, now: readonly SecurityMethod[]): void {
  const left = now.filter((one) => one.counts || isPending(one));
  if (listRemoved({ methods: after }, left).length < after.length) throw ApiError.withRule('conflict', 'reset_first');
}

/** Throws `conflict` if an unfreeze would leave a suspect method that its request does not show as one. */
export function assertAllShown(
  { operation, stays, after }: Pick<Reset, 'operation' | 'stays' | 'after'>,
  { methods, freeze }: ResetSubject,
): void {
  const shown = new Set([...stays.filter(({ suspect }) => suspect), ...after].map(({ id }) => id));
  const isNew = ({ id, counts }: SecurityMethod) => counts && freeze?.suspects.has(id) && !shown.has(id);
  if (operation === 'unfreeze' && methods.some(isNew)) throw ApiError.withRule('conflict', 'added');
}

/** Returns those of the reset's methods that the person does not have any more. */
export function listRemoved({ methods }: Pick<Reset, 'methods'>, now: readonly SecurityMethod[]): ResetMethod[] {
  const there = new Set(now.flatMap(({ members }) => members.map(({ id }) => id)));
  return methods.filter(({ ids }) => !ids.some((id) => there.has(id)));
}

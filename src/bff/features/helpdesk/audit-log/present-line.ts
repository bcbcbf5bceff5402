import { findCallerFailure, callerFailures, hasReason } from '#contract/audit-log/audit-reasons.ts';
import {
  callerVerificationTypes,
  callSigns,
  denialReasons,
  operationReasons,
  operations,
  ownEndings,
} from '#contract/helpdesk-schemas.ts';
import type { AuditLine } from '#contract/helpdesk.ts';
import type { AuditEvent } from '#contract/audit-log/audit-events.ts';
import { isReplaced, replacementEvents } from '../../../records/audit-log/history/shown-rows.ts';
import type { AuditRow } from '../../../records/audit-log/audit-log.ts';
import { operationEvents, splitReason } from '#contract/audit-log/reason-parts.ts';
import { refusalsIn } from '../../../records/audit-log/refusals.ts';
import { parseDevice } from '../../../platform/client/device.ts';
import type { NamedUser } from '../../../identity/users/known-names.ts';

const CALLER = 'helpdesk.caller_verification.verify';
const REQUEST = 'helpdesk.approval.request';
const refusals: ReadonlySet<AuditEvent> = new Set<AuditEvent>([
  'helpdesk.refused',
  'access.refused',
  'access.step_up_required',
]);
const parts: ReadonlySet<string> = new Set<AuditEvent>([
  'helpdesk.approval.approve',
  'helpdesk.approval.deny',
  'helpdesk.approval.withdraw',
  'helpdesk.recovery_code.reveal',
  'helpdesk.caller_verification.start',
  'helpdesk.caller_verification.withdraw',
  'user.account.freeze',
  'user.mfa.factor.activate',
  'user.mfa.factor.deactivate',
  CALLER,
]);
export const hasOperation = ({ event }: Pick<AuditRow, 'event'>): boolean =>
  parts.has(event) || operationEvents.has(event);

type ByOperation = ReadonlyMap<string | null, AuditRow>;
export type RelatedData = {
  verifications: ByOperation;
  denials: ByOperation;
  /** Oldest first. */
  decisions: ReadonlyMap<string | null, readonly AuditRow[]>;
};
type Names = ReadonlyMap<string, NamedUser>;

const includes = <T extends string>(list: readonly T[], text: string | null | undefined): text is T =>
  (list as readonly (string | null | undefined)[]).includes(text);

export function readRequested(row: Parameters<typeof splitReason>[0]): AuditLine['requested'] {
  const asked = row.event === REQUEST ? splitReason(row).detail?.split(':')[0] : null;
  return includes(operations, asked) ? asked : null;
}

function readReason(row: AuditRow): Pick<AuditLine, 'reason' | 'note' | 'denial'> {
  const { decision, reason, note } = splitReason(row);
  return {
    // A report uses some words of `operationReasons` in another meaning.
    reason: operationEvents.has(row.event) && includes(operationReasons, reason) ? reason : null,
    note,
    denial: decision === 'deny' && includes(denialReasons, reason) ? reason : null,
  };
}

const readRefusal = ({ event, reason }: AuditRow): AuditLine['refused'] => {
  if (!refusals.has(event)) return null;
  const [, tried = null, code = null] = /^(\w+): (\w+)$/.exec(reason ?? '') ?? [];
  return { tried, code };
};

const readSigns = ({ event, reason }: AuditRow): AuditLine['signs'] => {
  const said = new Set(event === 'helpdesk.call.report' ? (reason ?? '').split(', ') : []);
  return callSigns.filter((sign) => said.has(sign));
};

const readFailure = ({ event, outcome, reason }: AuditRow): AuditLine['failure'] => {
  if (event !== CALLER || outcome !== 'failure') return null;
  return callerFailures[findCallerFailure(reason) ?? 'error'];
};

function readVerified(row: AuditRow, { verifications }: RelatedData): AuditLine['verified'] {
  if (row.caller_verification === null) return null;
  const [type] = row.caller_verification.split(':');
  const at = verifications.get(row.correlation_id)?.at;
  return includes(callerVerificationTypes, type)
    ? { type, at: at === undefined ? null : new Date(at).toISOString() }
    : null;
}

/** A row by the caller themselves verifies nobody. */
function readVerification({ event, outcome, actor, subject, reason }: AuditRow): AuditLine['verified'] {
  const [type] = reason?.split(':') ?? [];
  const isVerified = event === CALLER && outcome === 'success' && actor !== subject;
  return isVerified && includes(callerVerificationTypes, type) ? { type, at: null } : null;
}

function getName(id: string | null, names: Names): string | null {
  return id === null ? null : id.startsWith('operator:') ? id.slice('operator:'.length) : (names.get(id)?.name ?? null);
}

/** Returns codes and data. The browser writes the sentences. */
export function presentLine(row: AuditRow, beside: RelatedData, names: Names): AuditLine {
  const { correlation_id: operation } = row;
  const refused = readRefusal(row);
  const isHelp = operationEvents.has(row.event);
  // Only one request of an operation waits at a time, so the next decision belongs to it.
  const decision =
    row.event === REQUEST ? beside.decisions.get(operation)?.find(({ seq }) => seq > row.seq) : undefined;
  return {
    seq: row.seq,
    at: new Date(row.at).toISOString(),
    type: row.type,
    event: isReplaced(row) ? replacementEvents.done : row.event,
    outcome: row.outcome,
    by: getName(row.actor, names),
    operator: row.actor?.startsWith('operator:') ?? false,
    person: row.subject === row.actor ? null : getName(row.subject, names),
    kind: row.kind,
    refused,
    times: refusals.has(row.event) ? refusalsIn(row) : 1,
    ticket: row.ticket,
    ...readReason(row),
    requested: readRequested(row),
    withdrawal: row.event === 'helpdesk.approval.withdraw' && includes(ownEndings, row.reason) ? row.reason : null,
    again: row.event === 'helpdesk.person.view' && hasReason(row, 'again'),
    signs: readSigns(row),
    failure: readFailure(row),
    verified: isHelp ? readVerified(row, beside) : readVerification(row),
    unverified: isHelp && row.caller_verification === null,
    approver: row.approver === row.actor ? null : getName(row.approver, names),
    denied: isHelp && beside.denials.has(operation),
    decision: decision ? { event: decision.event, by: getName(decision.actor, names) } : null,
    operation: hasOperation(row) ? operation : null,
    address: row.address || null,
    ...parseDevice(row.agent ?? ''),
    requestId: row.request_id || null,
  };
}

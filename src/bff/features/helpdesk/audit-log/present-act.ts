import { callerVerificationTypes, callSigns, resetReasons } from '#contract/helpdesk-schemas.ts';
import type { AuditAct, AuditActRow } from '#contract/helpdesk.ts';
import type { AuditEvent } from '../../../records/audit-log/audit-event.ts';
import { isReplaced, replacementEvents } from '../../../records/audit-log/history/merge-replacements.ts';
import type { AuditRow } from '../../../records/audit-log/audit-log.ts';
import { refusalsIn } from '../../../records/audit-log/refusals.ts';
import { deviceOf } from '../../../platform/client/device.ts';
import { AMENDMENT, isAmendable, readAmendment } from './amendments.ts';
import type { NamedUser } from '../search/known-names.ts';

/** What an act is about, most important first. Its line speaks of the first of these that its rows have. */
const ranks: readonly (AuditEvent | 'not verified')[] = [
  'user.account.unfreeze',
  'user.mfa.factor.reset_all',
  'user.mfa.factor.reset',
  'helpdesk.approval.deny',
  'helpdesk.approval.withdraw',
  'helpdesk.approval.request',
  'helpdesk.approval.approve',
  'helpdesk.recovery_code.reveal',
  'user.account.freeze',
  'helpdesk.traces.end',
  'helpdesk.call.report',
  'user.mfa.factor.deactivate',
  'user.mfa.factor.activate',
  'user.mfa.factor.enroll',
  'user.mfa.factor.rename',
  'user.mfa.wrong_codes',
  'not verified',
  'helpdesk.refused',
  'access.refused',
  'helpdesk.caller_verification.withdraw',
  'helpdesk.caller_verification.verify',
  'helpdesk.caller_verification.start',
  'helpdesk.audit_log.export',
  'helpdesk.note.add',
  'helpdesk.person.view',
  'user.session.start',
];
const refusals: ReadonlySet<string> = new Set(['helpdesk.refused', 'access.refused']);
const CALLER = 'helpdesk.caller_verification.verify';

const has = <T extends string>(list: readonly T[], text: string | undefined): text is T =>
  (list as readonly (string | undefined)[]).includes(text);

/** The rows that say whether the caller was verified. What the caller's own page shows is not the end of it. */
const judgements = (rows: readonly AuditRow[]) =>
  rows.filter(({ event, outcome, actor, subject }) => event === CALLER && (outcome === 'failure' || actor !== subject));

function rankOf({ event, outcome }: AuditRow): number {
  const rank = ranks.indexOf(event === CALLER && outcome === 'failure' ? 'not verified' : (event as AuditEvent));
  return rank < 0 ? ranks.length : rank;
}

/** The row that an act's line speaks of: of the first rank, the newest that has an outcome. */
function headOf(rows: readonly AuditRow[]): AuditRow {
  // A code that was wrong at first does not matter once a later one was right.
  const [judged = null] = judgements(rows).toReversed();
  const shown = rows.filter((row) => row.event !== CALLER || row === judged);
  return (shown.length > 0 ? shown : rows).reduce((best, row) => {
    const [one, other] = [rankOf(best), rankOf(row)];
    if (one !== other) return one < other ? best : row;
    return row.type === 'intent' && best.type !== 'intent' ? best : row;
  });
}

const noReason = { reason: null, note: null };
/** Reads the code and the note from a reason, `lost: a note`; a request for approval adds ` (second_reset)`. */
function readReason({ event, reason }: AuditRow): Pick<AuditAct, 'reason' | 'note'> {
  const text = (reason ?? '').replace(/; reconciled.*$/s, '');
  const said = event === 'helpdesk.approval.request' ? text.replace(/ \([a-z_, ]+\)$/, '') : text;
  const [, code, note] = /^([a-z-]+)(?:: (.*))?$/s.exec(said) ?? [];
  return has(resetReasons, code) ? { reason: code, note: note ?? null } : noReason;
}

/** Reads what was tried and why it was refused, as `noteRefusal` writes it. */
const readRefusal = ({ event, reason }: AuditRow): AuditAct['refused'] => {
  if (!refusals.has(event)) return null;
  const [, tried = null, code = null] = /^(\w+): (\w+)$/.exec(reason ?? '') ?? [];
  return { tried, code };
};

/** Reads what was odd about a call that was reported, each sign once. */
const readSigns = (rows: readonly AuditRow[]): AuditAct['signs'] => {
  const reports = rows.filter(({ event }) => event === 'helpdesk.call.report');
  const said = new Set(reports.flatMap(({ reason }) => (reason ?? '').split(', ')));
  return callSigns.filter((sign) => said.has(sign));
};

/** Reads how the caller was verified, and when. Null: not at all. */
function readVerified(rows: readonly AuditRow[]): AuditAct['verified'] {
  const used = rows.find(({ caller_verification }) => caller_verification !== null)?.caller_verification;
  const judged = judgements(rows).findLast(({ outcome }) => outcome === 'success');
  const [type] = (used ?? judged?.reason ?? '').split(':');
  return has(callerVerificationTypes, type) ? { type, at: judged ? new Date(judged.at).toISOString() : null } : null;
}

/** The names by id, and who reads: an agent does not see from where others acted. */
type Reader = { names: ReadonlyMap<string, NamedUser>; only: string | null };

function nameOf(id: string | null, { names }: Reader): string | null {
  return id === null ? null : id.startsWith('operator:') ? id.slice('operator:'.length) : (names.get(id)?.name ?? null);
}

function presentRow(row: AuditRow, reader: Reader): AuditActRow {
  const own = reader.only === null || row.actor === reader.only;
  return {
    seq: row.seq,
    at: new Date(row.at).toISOString(),
    type: row.type,
    event: row.event,
    outcome: row.outcome,
    by: nameOf(row.actor, reader),
    person: row.subject === row.actor ? null : nameOf(row.subject, reader),
    kind: row.kind,
    refused: readRefusal(row),
    ...(own ? { address: row.address || null, ...deviceOf(row.agent ?? '') } : noPlace),
    requestId: own ? row.request_id || null : null,
  };
}
const noPlace = { address: null, browser: null, system: null };

/** Returns the number of the entry that the reader may amend: what the act's line speaks of, or else their newest. */
function amendedBy(rows: readonly AuditRow[], head: AuditRow, { only }: Reader): number | null {
  const isTheirs = (row: AuditRow) =>
    isAmendable(row) && (only === null || (row.actor === only && row.subject !== only));
  return [...rows, head].findLast(isTheirs)?.seq ?? null;
}

/**
 * Presents an act as one line and its rows: codes and data, no sentences.
 * @param all all rows of the act, in order
 */
export function presentAct(all: readonly AuditRow[], reader: Reader): AuditAct {
  const amendments = all.flatMap((row) => readAmendment(row, nameOf(row.actor, reader)) ?? []);
  const others = all.filter(({ event }) => event !== AMENDMENT);
  // What was corrected may have gone to the archive.
  const rows = others.length > 0 ? others : all;
  const head = headOf(rows);
  const requested = rows.find(({ event }) => event === 'helpdesk.approval.request');
  const isHelp = rankOf(head) <= ranks.indexOf('helpdesk.recovery_code.reveal');
  // The reason of a report or a note is another list's, of which some words are the same.
  const why = isHelp ? readReason(rows.find((row) => readReason(row).reason !== null) ?? head) : noReason;
  const approver = rows.findLast((row) => row.approver !== null)?.approver ?? null;
  const failed = rows.filter((row) => row !== head && row.outcome === 'failure');
  return {
    key: String(rows[0]!.seq),
    at: new Date(head.at).toISOString(),
    event: isReplaced(head) ? replacementEvents.done : head.event,
    outcome: head.outcome,
    by: nameOf(head.actor, reader),
    operator: head.actor?.startsWith('operator:') ?? false,
    person: head.subject === head.actor ? null : nameOf(head.subject, reader),
    kind: head.kind,
    times: rows.filter(({ event }) => event === head.event).reduce((sum, row) => sum + refusalsIn(row), 0),
    refused: readRefusal(head),
    ticket: rows.findLast((row) => row.ticket !== null)?.ticket ?? null,
    ...why,
    signs: readSigns(rows),
    verified: readVerified(rows),
    unverified: isHelp && rows.every((row) => row.caller_verification === null),
    approver: approver === head.actor ? null : nameOf(approver, reader),
    requester: requested && requested.actor !== head.actor ? nameOf(requested.actor, reader) : null,
    denied: failed.some(({ event }) => event === CALLER),
    refusals: failed.filter(({ event }) => refusals.has(event)).length,
    notified: rows.filter(({ event, outcome }) => event === 'helpdesk.notification' && outcome === 'success').length,
    amendments,
    amends: amendedBy(rows, head, reader),
    rows: all.map((row) => presentRow(row, reader)),
  };
}

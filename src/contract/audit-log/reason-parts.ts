import { addedDetail, denialReasons, operationReasons } from '../helpdesk-schemas.ts';
import type { AuditEvent } from './audit-events.ts';

const REQUEST = 'helpdesk.approval.request';
const decisions = { 'helpdesk.approval.approve': 'approve', 'helpdesk.approval.deny': 'deny' } as const;
/** Events with a reason that an agent chose. */
export const operationEvents: ReadonlySet<string> = new Set<AuditEvent>([
  'user.account.unfreeze',
  'user.account.unlock',
  'user.mfa.factor.reset_all',
  'user.mfa.factor.reset',
  REQUEST,
]);

/** `detail`: what the portal added to the agent's words. */
export type ReasonParts = {
  decision: (typeof decisions)[keyof typeof decisions] | null;
  reason: string | null;
  note: string | null;
  detail: string | null;
};
const isKey = <T extends object>(key: string, of: T): key is string & keyof T => Object.hasOwn(of, key);

/** The codes with which this event's reason may begin. Empty: only the portal writes the reason. */
const findCodes = (event: string): readonly string[] =>
  event === 'helpdesk.approval.deny' ? denialReasons : operationEvents.has(event) ? operationReasons : [];

/**
 * Splits the reasons of these events only:
 * - request: `lost: a note (reset: privileged)`
 * - operation: `lost: a note; reconciled: 1 of 2`
 * - denial: `attack: a note`
 * - approval: only a note
 */
export function splitReason(row: { event: string; outcome: string | null; reason: string | null }): ReasonParts {
  const { event, outcome, reason: text } = row;
  const decision = isKey(event, decisions) ? decisions[event] : null;
  const whole = { decision, reason: text, note: null, detail: null };
  const onlyNote = { decision, reason: null, note: text, detail: null };
  if (text === null) return whole;
  if (decision === 'approve') return outcome === 'success' ? onlyNote : whole;
  const codes = findCodes(event);
  const added = event === REQUEST ? /^(.*) \((\w+: [a-z_, ]+)\)$/s : addedDetail;
  const [, said = text, detail = null] = (decision === null && added.exec(text)) || [];
  const [, code = '', note = null] = /^([a-z_-]+)(?:: (.*))?$/s.exec(said) ?? [];
  if (codes.includes(code)) return { decision, reason: code, note, detail };
  return codes.length === 0 || /^[\w.-]+$/.test(text) ? whole : onlyNote;
}

export function joinReason(event: string, { reason, note, detail }: Omit<ReasonParts, 'decision'>): string | null {
  if (reason === null) return note;
  const said = note === null ? reason : `${reason}: ${note}`;
  return detail === null ? said : said + (event === REQUEST ? ` (${detail})` : `; ${detail}`);
}

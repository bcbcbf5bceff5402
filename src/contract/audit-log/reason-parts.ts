import { denialReasons, operationReasons } from '../helpdesk-schemas.ts';
import type { AuditEvent } from './audit-events.ts';

const REQUEST = 'helpdesk.approval.request';
const decisions = { 'helpdesk.approval.approve': 'approve', 'helpdesk.approval.deny': 'deny' } as const;
/** What an agent does to a person: it needs a verified caller, and its rows have a reason that the agent chose. */
export const operationEvents: ReadonlySet<string> = new Set<AuditEvent>([
  'user.account.unfreeze',
  'user.account.unlock',
  'user.mfa.factor.reset_all',
  'user.mfa.factor.reset',
  REQUEST,
]);

/** What a row says in its reason. `detail`: what the portal added to an agent's words. */
export type ReasonParts = {
  decision: (typeof decisions)[keyof typeof decisions] | null;
  reason: string | null;
  note: string | null;
  detail: string | null;
};
const isKey = <T extends object>(key: string, of: T): key is string & keyof T => Object.hasOwn(of, key);

/** The codes that a row of this event may begin with; none for an event that only the portal words. */
const findCodes = (event: string): readonly string[] =>
  event === 'helpdesk.approval.deny' ? denialReasons : operationEvents.has(event) ? operationReasons : [];

/**
 * Splits a row's reason: `lost: a note (reset: privileged)` of a request, `lost: a note; reconciled: 1 of 2` of an
 * operation, `attack: a note` of a denial, a note of an approval. Other reasons stay whole.
 */
export function splitReason(row: { event: string; outcome: string | null; reason: string | null }): ReasonParts {
  const { event, outcome, reason: text } = row;
  const decision = isKey(event, decisions) ? decisions[event] : null;
  const whole = { decision, reason: text, note: null, detail: null };
  const onlyNote = { decision, reason: null, note: text, detail: null };
  if (text === null) return whole;
  if (decision === 'approve') return outcome === 'success' ? onlyNote : whole;
  const codes = findCodes(event);
  const added = event === REQUEST ? /^(.*) \((\w+: [a-z_, ]+)\)$/s : /^(.*); (reconciled(?:: \d+ of \d+)?)$/s;
  const [, said = text, detail = null] = (decision === null && added.exec(text)) || [];
  const [, code = '', note = null] = /^([a-z_-]+)(?:: (.*))?$/s.exec(said) ?? [];
  if (codes.includes(code)) return { decision, reason: code, note, detail };
  return codes.length === 0 || /^[\w.-]+$/.test(text) ? whole : onlyNote;
}

/** Returns the reason that a row has with these parts. */
export function joinReason(event: string, { reason, note, detail }: Omit<ReasonParts, 'decision'>): string | null {
  if (reason === null) return note;
  const said = note === null ? reason : `${reason}: ${note}`;
  return detail === null ? said : said + (event === REQUEST ? ` (${detail})` : `; ${detail}`);
}

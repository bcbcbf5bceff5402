import { factorKinds, type FactorKind } from './kinds.ts';

/**
 * `caller-verification`: answering the helpdesk. `codes`: allowing codes of a kind (null: of all kinds) again after too
 * many wrong codes. Only a sign-in at Okta does this. `remove`: removing each of these methods once. `audit-log`:
 * reading the log as an auditor.
 */
export type Purpose =
  | { readonly name: 'sessions' | 'caller-verification' | 'audit-log' }
  | { readonly name: 'enroll'; readonly kind: FactorKind }
  | { readonly name: 'remove'; readonly factorIds: readonly string[] }
  | { readonly name: 'replace'; readonly factorId: string }
  | { readonly name: 'codes'; readonly kind: FactorKind | null }
  | { readonly name: 'helpdesk'; readonly userId: string }
  | { readonly name: 'approve' | 'recovery-code'; readonly approvalId: string };

export type PurposeText =
  | 'sessions'
  | 'caller-verification'
  | 'audit-log'
  | 'codes'
  | `${'enroll' | 'codes'}:${FactorKind}`
  | `${'remove' | 'replace' | 'helpdesk' | 'approve' | 'recovery-code'}:${string}`;

const oktaId = /^[A-Za-z0-9]{20}$/;
const ownId = /^[A-Za-z0-9_-]{8,64}$/;

/** How many removals one step-up can cover. */
export const MOST_REMOVALS = 20;

export function printPurpose(purpose: Purpose): PurposeText {
  switch (purpose.name) {
    case 'sessions':
    case 'caller-verification':
    case 'audit-log':
      return purpose.name;
    case 'enroll':
      return `enroll:${purpose.kind}`;
    case 'codes':
      return purpose.kind === null ? 'codes' : `codes:${purpose.kind}`;
    case 'remove':
      return `remove:${purpose.factorIds.join(',')}`;
    case 'replace':
      return `replace:${purpose.factorId}`;
    case 'helpdesk':
      return `${purpose.name}:${purpose.userId}`;
    case 'approve':
    case 'recovery-code':
      return `${purpose.name}:${purpose.approvalId}`;
  }
}

/** Null for any text that `printPurpose` does not return. */
export function parsePurpose(text: string): Purpose | null {
  const [name, what, ...more] = text.split(':');
  if (more.length > 0) return null;
  const kind = factorKinds.find((one) => one === what);
  switch (name) {
    case 'sessions':
    case 'caller-verification':
    case 'audit-log':
      return what === undefined ? { name } : null;
    case 'enroll':
      return kind ? { name, kind } : null;
    case 'codes':
      if (what === undefined) return { name, kind: null };
      return kind ? { name, kind } : null;
    case 'remove': {
      const factorIds = what?.split(',') ?? [];
      const areIds = factorIds.length > 0 && factorIds.every((id) => oktaId.test(id));
      const isOnce = new Set(factorIds).size === factorIds.length && factorIds.length <= MOST_REMOVALS;
      return areIds && isOnce ? { name, factorIds } : null;
    }
    case 'replace':
      return what !== undefined && oktaId.test(what) ? { name, factorId: what } : null;
    case 'helpdesk':
      return what !== undefined && oktaId.test(what) ? { name, userId: what } : null;
    case 'approve':
    case 'recovery-code':
      return what !== undefined && ownId.test(what) ? { name, approvalId: what } : null;
    default:
      return null;
  }
}

/** Returns one purpose for each removal. */
export function splitPurpose(text: PurposeText): PurposeText[] {
  const purpose = parsePurpose(text);
  return purpose?.name === 'remove' ? purpose.factorIds.map((id) => `remove:${id}` as const) : [text];
}

export const isPurpose = (text: string): text is PurposeText => parsePurpose(text) !== null;

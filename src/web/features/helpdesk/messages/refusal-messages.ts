import { ApiError, type ErrorCode, denialRules, helpdeskRules } from '#contract/errors.ts';
import { NetworkError } from '../../../api/client/network-error.ts';
import type { MessageId } from '../../../i18n/translate.tsx';

type Codes = typeof helpdeskRules;
type RefusalId = {
  [Code in keyof Codes]: `helpdesk.refused.${Code}.${Codes[Code][number]}`;
}[keyof Codes];

/** The compiler finds a rule without a message. */
const refusals = new Set<string>(
  Object.entries(helpdeskRules).flatMap(([code, rules]) => rules.map((rule) => `helpdesk.refused.${code}.${rule}`)),
);
const isRefusal = (id: string): id is RefusalId => refusals.has(id);

const general: Partial<Record<ErrorCode, MessageId>> = {
  not_found: 'helpdesk.failed.not_found',
  conflict: 'helpdesk.failed.conflict',
  frozen: 'helpdesk.failed.frozen',
  internal: 'helpdesk.failed.internal',
  org_error: 'helpdesk.failed.org_error',
  org_timeout: 'helpdesk.failed.org_timeout',
};

export const isOrgFailure = (error: unknown): boolean =>
  error instanceof ApiError && (error.code === 'org_error' || error.code === 'org_timeout');

/** Undefined if the general message also fits staff. */
export function refusalMessage(error: unknown): MessageId | undefined {
  if (error instanceof NetworkError) return error.reason === 'timeout' ? 'helpdesk.failed.network_timeout' : undefined;
  if (!(error instanceof ApiError)) return undefined;
  const id = `helpdesk.refused.${error.code}.${error.details.rule}`;
  return isRefusal(id) ? id : general[error.code];
}

const denials = new Set<string>(denialRules);
const isDenial = (rule: string): rule is (typeof denialRules)[number] => denials.has(rule);

/** An unknown rule gets a general text. */
export const denialMessage = (rule: string): MessageId =>
  isDenial(rule) ? `helpdesk.refused.out_of_policy.${rule}` : 'error.out_of_policy';

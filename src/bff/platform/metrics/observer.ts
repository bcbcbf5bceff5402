import type { AuditEvent } from '#contract/audit-log/audit-events.ts';
import type { Selectable } from 'kysely';
import type { Tables } from '../store/schema.ts';

/**
 * Why a request was answered with 429, 502, 503 or 504:
 * - `org_rate_limit`: Okta's rate limit is used up
 * - `person_share`: the person's part of that limit is used up
 * - `flood`: too many requests from one network
 * - `other`: a limit on one person's codes, messages or changes
 */
export type FailureReason = 'org_rate_limit' | 'person_share' | 'flood' | 'store' | 'org' | 'other';

/** Has no data about a person. */
export type EndedRequest = {
  method: string;
  /** Template of the route, such as `/api/factors/{factorId}`, or `none` for a path without a route. */
  route: string;
  /** 499 when the browser closed the connection before the answer was written. */
  status: number;
  /** Null unless the status is 429 or 502 to 504. */
  reason: FailureReason | null;
  ms: number;
};

/** No argument names a person. */
export type Observer = {
  request(ended: EndedRequest): void;
  /** Only committed rows. */
  auditRow(row: Pick<Selectable<Tables['audit_log']>, 'type' | 'event' | 'kind' | 'outcome'>): void;
  /** The audit log may join several refusals in one row. */
  refusal(event: AuditEvent, reason: string): void;
  wrongCode(kind: string): void;
  alarm(name: string): void;
  /** A method was added within a day of a reset, by a person without a privileged role. */
  addedAfterReset(): void;
  /** Whether the SMTP server accepted the email. */
  email(outcome: 'sent' | 'failed'): void;
};

const ignore = () => {};

export const noObserver: Observer = {
  request: ignore,
  auditRow: ignore,
  refusal: ignore,
  wrongCode: ignore,
  alarm: ignore,
  addedAfterReset: ignore,
  email: ignore,
};

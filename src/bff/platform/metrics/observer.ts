import type { AuditEvent } from '#contract/audit-log/audit-events.ts';
import type { Selectable } from 'kysely';
import type { Tables } from '../store/schema.ts';

/**
 * Why a request was answered with 429, 502, 503 or 504:
 * - `org_rate_limit`: Okta's rate limit is used up
 * - `person_share`: the person's part of that limit is used up
 * - `flood`: too many requests from one network
 * - `store`, `org`: the store or Okta failed
 * - `other`: a limit on one person's codes, messages or changes
 */
export type FailureReason = 'org_rate_limit' | 'person_share' | 'flood' | 'store' | 'org' | 'other';

/** A finished request, without data about a person. */
export type EndedRequest = {
  method: string;
  /** Template of the route, such as `/api/factors/{factorId}`; `none` for a path without a route. */
  route: string;
  /** 499 when the browser closed the connection before the answer was written. */
  status: number;
  /** Null unless the status is 429 or 502 to 504. */
  reason: FailureReason | null;
  ms: number;
};

/** Counts events as they happen. No argument names a person. */
export type Observer = {
  request(ended: EndedRequest): void;
  /** Counts a committed audit row. */
  auditRow(row: Pick<Selectable<Tables['audit_log']>, 'type' | 'event' | 'kind' | 'outcome'>): void;
  /** Counts one refusal. The audit log may join several refusals in one row. */
  refusal(event: AuditEvent, reason: string): void;
  wrongCode(kind: string): void;
  /** Counts an alarm. */
  alarm(name: string): void;
  /** Counts a method that a person without a privileged role added within a day after a reset. */
  addedAfterReset(): void;
  /** Counts an email that the SMTP server accepted (`sent`) or did not accept (`failed`). */
  email(outcome: 'sent' | 'failed'): void;
};

const ignore = () => {};

/** Counts nothing, for portals and tests without metrics. */
export const noObserver: Observer = {
  request: ignore,
  auditRow: ignore,
  refusal: ignore,
  wrongCode: ignore,
  alarm: ignore,
  addedAfterReset: ignore,
  email: ignore,
};

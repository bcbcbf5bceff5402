import type { AuditEvent } from '#contract/audit-log/audit-events.ts';
import type { Selectable } from 'kysely';
import type { Tables } from '../store/schema.ts';

/**
 * Why a request was answered with 429, or 502 to 504: Okta's rate limit is used up, the person's part of it is, a
 * flood's limit on arrival, the store, Okta; `other`: a limit on one person's codes, messages or changes.
 */
export type FailureReason = 'org_rate_limit' | 'person_share' | 'flood' | 'store' | 'org' | 'other';

/** A request that has ended, without anything that names a person. */
export type EndedRequest = {
  method: string;
  /** Its route's template, `/api/factors/{factorId}`; `none` for an address without a route. */
  route: string;
  /** 499 when the browser left before the answer was written. */
  status: number;
  /** Null for every other answer than 429 and 502 to 504. */
  reason: FailureReason | null;
  ms: number;
};

/** What is counted as it happens. Nothing in it names a person. */
export type Observer = {
  request(ended: EndedRequest): void;
  /** An audit row that was committed. */
  auditRow(row: Pick<Selectable<Tables['audit_log']>, 'type' | 'event' | 'kind' | 'outcome'>): void;
  /** A refusal as the audit log records it, before several become one row. */
  refusal(event: AuditEvent, reason: string): void;
  wrongCode(kind: string): void;
  /** An alarm, by its name. */
  alarm(name: string): void;
  /** A method that somebody who is not privileged added within a day of a reset. */
  addedAfterReset(): void;
  /** An email that the SMTP server took, or did not. */
  email(outcome: 'sent' | 'failed'): void;
};

const ignore = () => {};

/** Where there are no metrics. */
export const noObserver: Observer = {
  request: ignore,
  auditRow: ignore,
  refusal: ignore,
  wrongCode: ignore,
  alarm: ignore,
  addedAfterReset: ignore,
  email: ignore,
};

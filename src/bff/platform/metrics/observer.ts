import type { AuditRow } from '../../records/audit-log/append.ts';
import type { EndedRequest } from '../../http/request-log/request-log.ts';

/** What is counted as it happens. Nothing in it names a person. */
export type Observer = {
  request(ended: EndedRequest): void;
  /** An audit row that was committed. */
  auditRow(row: Pick<AuditRow, 'type' | 'event' | 'kind' | 'outcome'>): void;
  /** A refusal as the audit log records it, before several become one row. */
  refusal(event: string, reason: string): void;
  wrongCode(kind: string): void;
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
  email: ignore,
};

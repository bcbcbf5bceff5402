import type { AuditEvent } from '../audit-log/audit-log.ts';

/** The guards of one endpoint, as data. */
export type EndpointPolicy = {
  /**
   * Who may: anybody, somebody signed in, or of those an agent, an approver (admin) or either (staff), where there is a
   * helpdesk at all.
   */
  who: 'anyone' | 'signed-in' | 'agent' | 'admin' | 'staff';
  /**
   * Judged before the handler: `enroll` and `remove` spend a proof for what the request names, `sessions` asks for a
   * recent one.
   */
  stepUp: 'enroll' | 'remove' | 'sessions' | null;
  /**
   * What the audit log calls it; a change without a name does not start. Null only for what changes nothing, and shows
   * nobody else.
   */
  event: AuditEvent | null;
  limit: 'read' | 'change' | 'code' | 'sign-in';
  /** Changes run one at a time for each person, after asking the org whether they may still come in. */
  change: boolean;
  /** Whether a request keeps the session alive. */
  activity: boolean;
  /** Its calls to the org end when the browser leaves, as those of a GET do: nobody else waits for them. */
  forOneBrowser?: true;
  /** Its calls to the org come out of the share that all searches have together. */
  search?: true;
  /**
   * May be sent again within 30 s by its `Idempotency-Key`: whatever became of it (`always`), or only what renewed the
   * session, since asking otherwise asks anew (`renewing`).
   */
  repeats?: 'always' | 'renewing';
  /** Refused while somebody's changes are frozen. (What the helpdesk does to a person asks for itself.) */
  freezable?: boolean;
};

export const read: EndpointPolicy = {
  who: 'signed-in',
  stepUp: null,
  event: null,
  limit: 'read',
  change: false,
  activity: true,
};
export const change = (event: AuditEvent, over: Partial<EndpointPolicy> = {}): EndpointPolicy => ({
  ...read,
  event,
  limit: 'change',
  change: true,
  ...over,
});

/** Whether it is for those who work at the helpdesk alone. */
export const isForHelpdesk = ({ who }: EndpointPolicy): boolean =>
  who === 'agent' || who === 'admin' || who === 'staff';

/**
 * Requests a minute of one person with a valid session, over all their sessions. Without one, `networkLimits` holds.
 */
export const limits: Record<EndpointPolicy['limit'] | 'page', number> = {
  read: 600,
  change: 120,
  code: 60,
  'sign-in': 120,
  page: 120,
};

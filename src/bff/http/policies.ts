import type { EndpointName } from '#contract/endpoints.ts';
import type { AuditEvent } from '#contract/audit-log/audit-events.ts';

/** Routes that are not in the contract. */
export const openKinds = [
  'sign-in',
  'sign-out',
  'global-logout',
  'page',
  'asset',
  'health',
  'freeze',
  'well-known',
] as const;
export type RouteKind = EndpointName | (typeof openKinds)[number];

export type EndpointPolicy = {
  /** `staff`: agents and approvers. `log-reader`: people who may read the audit log by the helpdesk's policy. */
  who: 'anyone' | 'signed-in' | 'agent' | 'approver' | 'staff' | 'log-reader';
  /**
   * `enroll`, `remove` and `replace` consume a step-up for the request's method.
   * `sessions` needs a recent one, and so does `audit-log` if the helpdesk's policy requires it.
   */
  stepUp: 'enroll' | 'remove' | 'replace' | 'sessions' | 'audit-log' | null;
  /** Null only for an endpoint that changes nothing and shows no other person. */
  event: AuditEvent | null;
  /**
   * Per minute and person. `unhindered`: only the limit on arrival applies, so that a thief's session cannot use up the
   * owner's calls. Repeated calls must then add no rows to the store.
   */
  limit: 'read' | 'change' | 'code' | 'sign-in' | 'unhindered';
  /** Changes run one at a time per person, after Okta confirms that the person may still sign in. */
  change: boolean;
  /** Whether a request extends the session. */
  activity: boolean;
  /** No other request waits for the result, so calls to Okta end when the browser disconnects. */
  forOneBrowser?: true;
  /** All searches together have a share of Okta's rate limit. */
  search?: true;
  /**
   * A repeat with the same `Idempotency-Key` within 30 s gets the earlier result.
   * `renewing`: only a result that renewed the session.
   */
  repeats?: 'always' | 'renewing';
  /**
   * Nobody can delay the request: it takes no lock, and calls Okta only in the handler. The person's data may be old.
   */
  atOnce?: true | ((body: unknown) => boolean);
  /**
   * The endpoint stops a thief: once the request's checks have passed, the change is made even if the person is then
   * frozen or the session ends. Endpoints with `atOnce` do this too.
   */
  stops?: true;
  /** One SQL statement makes the change, so no lock is needed. */
  unlocked?: true;
  /** The form on `page` sends to `path` without a script. The browser then opens `next`. */
  form?: { page: string; path: string; next: string };
  /** Refused while the person is frozen. Helpdesk endpoints refuse frozen people anyway. */
  freezable?: boolean;
  /** Refused while an enrollment from before a reset or freeze must be cancelled at Okta. */
  enrolls?: true;
};

type LockedPolicy = Omit<EndpointPolicy, 'atOnce' | 'stops'>;

export const readPolicy: LockedPolicy = {
  who: 'signed-in',
  stepUp: null,
  event: null,
  limit: 'read',
  change: false,
  activity: true,
};
export const change = (event: AuditEvent, over: Partial<LockedPolicy> = {}): LockedPolicy => ({
  ...readPolicy,
  event,
  limit: 'change',
  change: true,
  ...over,
});

export const isAtOnce = ({ atOnce }: EndpointPolicy, body: unknown): boolean =>
  typeof atOnce === 'function' ? atOnce(body) : atOnce === true;

export const isStop = (policy: EndpointPolicy, body: unknown): boolean =>
  policy.stops === true || isAtOnce(policy, body);

export const isForHelpdesk = ({ who }: EndpointPolicy): boolean => who !== 'anyone' && who !== 'signed-in';

/** Per minute, with a valid session: calls per person, pages and sign-ins per session and network. */
export const limits: Record<Exclude<EndpointPolicy['limit'], 'unhindered'> | 'page', number> = {
  read: 600,
  change: 120,
  code: 60,
  'sign-in': 120,
  page: 120,
};

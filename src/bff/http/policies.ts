import type { EndpointName } from '#contract/endpoints.ts';
import type { AuditEvent } from '#contract/audit-log/audit-events.ts';

/** Kinds of routes that are no endpoints of the contract: navigations, pages and files. */
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
/** The name of a route's policy: an endpoint of the contract, or a kind of open route. */
export type RouteKind = EndpointName | (typeof openKinds)[number];

/** The checks of one endpoint, as data. */
export type EndpointPolicy = {
  /**
   * Who may call the endpoint: anyone, any signed-in person, or people with a role at the helpdesk. `staff`: agents and
   * approvers. `log-reader`: people who may read the audit log by the helpdesk's policy.
   */
  who: 'anyone' | 'signed-in' | 'agent' | 'approver' | 'staff' | 'log-reader';
  /**
   * The step-up that the request needs. `enroll`, `remove` and `replace` consume a step-up for the request's method.
   * `sessions` needs a recent step-up. `audit-log` also needs a recent one, if the helpdesk's policy requires it.
   */
  stepUp: 'enroll' | 'remove' | 'replace' | 'sessions' | 'audit-log' | null;
  /**
   * The event in the audit log, which a change writes before it starts. Null only for an endpoint that changes nothing
   * and shows no other person.
   */
  event: AuditEvent | null;
  /**
   * The limit of the person's calls per minute. `unhindered`: only the limit on arrival applies, which counts per
   * cookie, so a thief's session cannot use up the owner's calls. Repeated calls of an `unhindered` endpoint must not
   * add rows to the store.
   */
  limit: 'read' | 'change' | 'code' | 'sign-in' | 'unhindered';
  /**
   * Whether the endpoint changes something. Changes run one at a time per person, after Okta confirms that the person
   * may still sign in.
   */
  change: boolean;
  /** Whether a request keeps the session alive. */
  activity: boolean;
  /** Calls to Okta end when the browser disconnects, as in a GET: no other request waits for the result. */
  forOneBrowser?: true;
  /** Calls to Okta count against the share of the rate limit that all searches have together. */
  search?: true;
  /**
   * A repeat with the same `Idempotency-Key` within 30 s gets the earlier result. `always`: any result. `renewing`:
   * only a result that renewed the session; otherwise the request runs again.
   */
  repeats?: 'always' | 'renewing';
  /**
   * True: before the handler no lock is taken and Okta is not called, not even for a staff member's role. So nobody can
   * delay the request. The request uses the person's data that the portal saw last. A function decides this from the
   * request's body.
   */
  atOnce?: true | ((body: unknown) => boolean);
  /**
   * The endpoint stops a thief. After a request is admitted, a freeze or the end of its session does not prevent the
   * change. (`atOnce` has this effect too.)
   */
  stops?: true;
  /** Takes no lock, because one SQL statement makes the change. Calls are counted per session, unless `atOnce`. */
  unlocked?: true;
  /**
   * An HTML form that calls the endpoint without a script: the form on `page` is sent to `path`, with the session's
   * form token. The browser then opens `next`.
   */
  form?: { page: string; path: string; next: string };
  /** Refused while the person is frozen. The role check of helpdesk endpoints refuses frozen people anyway. */
  freezable?: boolean;
  /** Refused while an enrollment from before a reset or freeze must still be cancelled at Okta. */
  enrolls?: true;
};

/** A policy without `atOnce` and `stops`, which each row sets itself. */
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

/** Whether a request with this body takes no lock and calls Okta only in the handler. */
export const isAtOnce = ({ atOnce }: EndpointPolicy, body: unknown): boolean =>
  typeof atOnce === 'function' ? atOnce(body) : atOnce === true;

/** Whether a request with this body stops a thief. */
export const isStop = (policy: EndpointPolicy, body: unknown): boolean =>
  policy.stops === true || isAtOnce(policy, body);

/** Whether only people with a role at the helpdesk may call the endpoint. */
export const isForHelpdesk = ({ who }: EndpointPolicy): boolean => who !== 'anyone' && who !== 'signed-in';

/**
 * Requests per minute with a valid session. Calls are counted per person; pages and sign-ins per session and network.
 * Requests without a valid session have `networkLimits`.
 */
export const limits: Record<Exclude<EndpointPolicy['limit'], 'unhindered'> | 'page', number> = {
  read: 600,
  change: 120,
  code: 60,
  'sign-in': 120,
  page: 120,
};

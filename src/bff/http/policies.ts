import type { EndpointName } from '#contract/endpoints.ts';
import type { AuditEvent } from '#contract/audit-log/audit-events.ts';

/** Routes without an endpoint in the contract: navigations, pages and files. */
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
/** Which policy guards a route: a contract endpoint's, or that of one kind of open route. */
export type RouteKind = EndpointName | (typeof openKinds)[number];

/** One endpoint's guards, as data. */
export type EndpointPolicy = {
  /**
   * Who may call it: anyone, any signed-in person, or, where there is a helpdesk, an agent, an approver, either
   * (staff), or whom the helpdesk's policy lets read the audit log (log-reader).
   */
  who: 'anyone' | 'signed-in' | 'agent' | 'approver' | 'staff' | 'log-reader';
  /**
   * Checked before the handler: `enroll`, `remove` and `replace` consume a step-up for the request's target, `sessions`
   * needs a recent one, and `audit-log` one of some minutes, from those whom the helpdesk's policy asks for it.
   */
  stepUp: 'enroll' | 'remove' | 'replace' | 'sessions' | 'audit-log' | null;
  /**
   * Its event in the audit log; a change without one does not start. Null only if it changes nothing and shows no other
   * person.
   */
  event: AuditEvent | null;
  /**
   * The limit of the person's calls per minute. `unhindered`: only the limit on arrival, which counts by cookie: a
   * thief's session cannot use up the owner's. A repeat must add no row.
   */
  limit: 'read' | 'change' | 'code' | 'sign-in' | 'unhindered';
  /** Changes run one at a time per person, after Okta confirms that the person may still sign in. */
  change: boolean;
  /** Whether a request keeps the session alive. */
  activity: boolean;
  /** Its calls to Okta end when the browser leaves, as a GET's do: nobody else waits for them. */
  forOneBrowser?: true;
  /** Its calls to Okta use the share that all searches have in common. */
  search?: true;
  /**
   * May be repeated within 30 s by its `Idempotency-Key`. `always`: every result is repeated. `renewing`: only a result
   * that renewed the session, since any other repeat runs anew.
   */
  repeats?: 'always' | 'renewing';
  /**
   * Takes no lock and asks Okta nothing before the handler, not even for a staff member's role, so that nobody can
   * delay it. It uses the person's data as the portal last saw it. A function: this holds only for requests for whose
   * body it returns true.
   */
  atOnce?: true | ((body: unknown) => boolean);
  /**
   * What it writes stops a thief, as what is at once does: once it is admitted, neither a freeze nor the end of its
   * session keeps it from being written.
   */
  stops?: true;
  /** Takes no lock, since one SQL statement decides. It is counted per session, unless it is at once. */
  unlocked?: true;
  /**
   * A plain HTML form that may send it too: from `page` to `path`, with the session's form token. The browser then
   * opens `next`.
   */
  form?: { page: string; path: string; next: string };
  /** Refused while the person is frozen. (Where Okta is asked for a staff member's role, that is checked with it.) */
  freezable?: boolean;
  /** Refused while an enrollment from before a reset or freeze must still be cancelled at Okta. */
  enrolls?: true;
};

/** A policy without the two fields that each row sets itself. */
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

/** Whether a request with this body takes no lock and asks Okta nothing before the handler. */
export const isAtOnce = ({ atOnce }: EndpointPolicy, body: unknown): boolean =>
  typeof atOnce === 'function' ? atOnce(body) : atOnce === true;

/** Whether what a request with this body writes stops a thief. */
export const isStop = (policy: EndpointPolicy, body: unknown): boolean =>
  policy.stops === true || isAtOnce(policy, body);

/** Whether only people with a role at the helpdesk may call it. */
export const isForHelpdesk = ({ who }: EndpointPolicy): boolean => who !== 'anyone' && who !== 'signed-in';

/**
 * Requests per minute with a valid session: calls of one person, over all their sessions; pages and sign-ins of one
 * session in one network. Otherwise `networkLimits` applies.
 */
export const limits: Record<Exclude<EndpointPolicy['limit'], 'unhindered'> | 'page', number> = {
  read: 600,
  change: 120,
  code: 60,
  'sign-in': 120,
  page: 120,
};

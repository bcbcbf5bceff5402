import type { EndpointBody, EndpointName, EndpointParams, EndpointQuery, EndpointReply } from '#contract/endpoints.ts';
import type { Decision, Operation, Stop } from '../../records/audit-log/audit-log.ts';
import type { Session } from '../../identity/sessions/sessions.ts';
import type { StepUpCapabilities, StepUpRequirement } from '../../identity/step-up/requirement.ts';
import type { PortalUser } from '../../identity/users/users.ts';
import type { EndpointPolicy } from '../policies.ts';

/** A validated request and its session. */
export type ValidatedRequest<N extends EndpointName> = {
  session: Session;
  params: EndpointParams<N>;
  query: EndpointQuery<N>;
  body: EndpointBody<N>;
};

/** What every handler gets: one person's session and the request. */
export type RequestContext<N extends EndpointName, By extends Operation = Decision> = ValidatedRequest<N> & {
  person: PortalUser;
  /** Who acts, with what its rows in the audit log need. */
  operation: By;
  /** Read at the first call, for those who need them. */
  capabilities(): Promise<StepUpCapabilities>;
  /** The step-up that admitted this request; null if its policy needs none. */
  requirement: StepUpRequirement | null;
  /** The id of the step-up that it consumed. The runner restores it if the request certainly changed nothing. */
  consumed: string | null;
};

/** What an answer does to the browser's cookies. */
export type CookieChanges = {
  /** `renewed`: the session gets another cookie, after a step-up, and so does a repeat of the request. */
  session?: 'renewed' | 'ended';
  /** Lets the next page say since when whose changes are frozen (milliseconds). */
  frozen?: { since: number; name: string } | null;
};
const changes = Symbol('cookie changes');
type WithCookies<Reply> = { readonly answer: Reply; readonly [changes]: CookieChanges };

/** Returns what a handler returns whose answer changes cookies. */
export const withCookies = <Reply>(answer: Reply, cookies: CookieChanges): WithCookies<Reply> => ({
  answer,
  [changes]: cookies,
});

/** Returns a handler's answer, and what it does to cookies. */
export const splitAnswer = (returned: unknown): { answer: unknown; cookies: CookieChanges } =>
  typeof returned === 'object' && returned !== null && changes in returned
    ? { answer: (returned as WithCookies<unknown>).answer, cookies: (returned as WithCookies<unknown>)[changes] }
    : { answer: returned, cookies: {} };

export type OnSomebody<N extends EndpointName, Allowed, Services> = {
  /**
   * Returns the user id of the person whom a request is about, and whose lock a change takes; null: nobody. Read before
   * the lock and again under it.
   */
  subject(validated: ValidatedRequest<N>, services: Services): string | null | Promise<string | null>;
  /**
   * Operations that the helpdesk's policy must allow on that person; a change asks with Okta's current data. Of their
   * other requirements, the strictest applies.
   */
  operations(validated: ValidatedRequest<N>): readonly [Allowed, ...Allowed[]];
};

type Handler<N extends EndpointName, By extends Operation, More, Services> = (
  context: RequestContext<N, By> & More,
  services: Services,
) => Promise<EndpointReply<N> | WithCookies<EndpointReply<N>>>;

/**
 * The row's type says what its requests write: a decision; with `stops` or `atOnce: true`, what stops a thief; with
 * `atOnce` as a function of the body, either.
 */
type Handled<N extends EndpointName, More, Services> =
  | { atOnce?: never; stops?: never; handler: Handler<N, Decision, More, Services> }
  | { atOnce?: never; stops: true; handler: Handler<N, Stop, More, Services> }
  | { atOnce: true; stops?: never; handler: Handler<N, Stop, More, Services> }
  | { atOnce(body: unknown): boolean; stops?: never; handler: Handler<N, Operation, More, Services> };

/**
 * Everything about each endpoint: its guards and its handler. A handler names the services that it uses. Without a
 * subject, it is about the caller or, at the helpdesk, about nobody. `Own` is what a handler also gets of the caller,
 * `Authorized` the permission for what is `Allowed` on somebody: `http` hands them on without knowing them.
 */
export type EndpointRows<
  Names extends EndpointName,
  Own = unknown,
  Allowed = never,
  Authorized = never,
  Services = never,
> = {
  [N in Names]: Omit<EndpointPolicy, 'atOnce' | 'stops'> & {
    /** Also locks the caller, after the subject: counted operations of one agent run one at a time. */
    locksAgent?: true;
  } & (
      | ({ subject?: undefined; operations?: undefined; late?: undefined } & Handled<N, Own, Services>)
      | (OnSomebody<N, Allowed, Services> & { late?: undefined } & Handled<
            N,
            Own & { authorized: Authorized },
            Services
          >)
      /** `late`: the handler asks the policy itself, once it knows that it must call Okta. */
      | (OnSomebody<N, Allowed, Services> & { late: true } & Handled<
            N,
            Own & { authorize(): Promise<Authorized> },
            Services
          >)
    );
};

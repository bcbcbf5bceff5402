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
  /** The actor, and the data for the request's rows in the audit log. */
  operation: By;
  /** Reads the capabilities at the first call. */
  capabilities(): Promise<StepUpCapabilities>;
  /** The step-up that admitted this request; null if its policy needs none. */
  requirement: StepUpRequirement | null;
  /** The id of the consumed step-up. It is restored if the request certainly changed nothing. */
  consumed: string | null;
};

/** What an answer does to the browser's cookies. */
export type CookieChanges = {
  /** `renewed`: after a step-up the session gets a new cookie. A repeat of the request gets the same cookie. */
  session?: 'renewed' | 'ended';
  /**
   * The freeze that the next page shows: its start (ms since 1970) and the person's name; null if nothing was frozen.
   */
  frozen?: { since: number; name: string } | null;
};
const changes = Symbol('cookie changes');
type WithCookies<Reply> = { readonly answer: Reply; readonly [changes]: CookieChanges };

/** Combines a handler's answer with its changes of cookies. */
export const withCookies = <Reply>(answer: Reply, cookies: CookieChanges): WithCookies<Reply> => ({
  answer,
  [changes]: cookies,
});

/** Splits what a handler returned into the answer and the changes of cookies. */
export const splitAnswer = (returned: unknown): { answer: unknown; cookies: CookieChanges } =>
  typeof returned === 'object' && returned !== null && changes in returned
    ? { answer: (returned as WithCookies<unknown>).answer, cookies: (returned as WithCookies<unknown>)[changes] }
    : { answer: returned, cookies: {} };

export type OnSomebody<N extends EndpointName, Allowed, Services> = {
  /**
   * Returns the user id of the person whom the request is about, or null. A change takes this person's lock. Called
   * before the lock, and again under the lock.
   */
  subject(validated: ValidatedRequest<N>, services: Services): string | null | Promise<string | null>;
  /**
   * Operations that the helpdesk's policy must allow on the subject. For a change, the policy uses current data of
   * Okta. If several operations have requirements, the strictest one applies.
   */
  operations(validated: ValidatedRequest<N>): readonly [Allowed, ...Allowed[]];
};

type Handler<N extends EndpointName, By extends Operation, More, Services> = (
  context: RequestContext<N, By> & More,
  services: Services,
) => Promise<EndpointReply<N> | WithCookies<EndpointReply<N>>>;

/**
 * The type of a handler's operation follows from the row's `stops` and `atOnce`. With neither: a `Decision`. With
 * `stops` or `atOnce: true`: a `Stop`, which stops a thief. With a function `atOnce`: either, decided by the request's
 * body.
 */
type Handled<N extends EndpointName, More, Services> =
  | { atOnce?: never; stops?: never; handler: Handler<N, Decision, More, Services> }
  | { atOnce?: never; stops: true; handler: Handler<N, Stop, More, Services> }
  | { atOnce: true; stops?: never; handler: Handler<N, Stop, More, Services> }
  | { atOnce(body: unknown): boolean; stops?: never; handler: Handler<N, Operation, More, Services> };

/**
 * Each endpoint's policy and handler. A handler's type names the services that it uses. A row without `subject` is
 * about the caller; at the helpdesk, about nobody.
 * Handlers also get `Own`, the caller's methods, and `Authorized`, the permission for operations of the type `Allowed`.
 * These three are type parameters because `http` does not import features.
 */
export type EndpointRows<
  Names extends EndpointName,
  Own = unknown,
  Allowed = never,
  Authorized = never,
  Services = never,
> = {
  [N in Names]: Omit<EndpointPolicy, 'atOnce' | 'stops'> & {
    /** Also takes the calling agent's lock: operations that count against an agent's limit run one at a time. */
    locksAgent?: true;
  } & (
      | ({ subject?: undefined; operations?: undefined; late?: undefined } & Handled<N, Own, Services>)
      | (OnSomebody<N, Allowed, Services> & { late?: undefined } & Handled<
            N,
            Own & { authorized: Authorized },
            Services
          >)
      /** `late`: the handler calls `authorize` itself, once it knows that it must call Okta. */
      | (OnSomebody<N, Allowed, Services> & { late: true } & Handled<
            N,
            Own & { authorize(): Promise<Authorized> },
            Services
          >)
    );
};

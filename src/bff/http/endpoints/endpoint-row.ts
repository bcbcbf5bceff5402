import type { EndpointBody, EndpointName, EndpointParams, EndpointQuery, EndpointReply } from '#contract/endpoints.ts';
import type { Decision, Operation, Stop } from '../../records/audit-log/audit-log.ts';
import type { Session } from '../../identity/sessions/sessions.ts';
import type { StepUpCapabilities, StepUpRequirement } from '../../identity/step-up/requirement.ts';
import type { PortalUser } from '../../identity/users/users.ts';
import type { EndpointPolicy } from '../policies.ts';

export type ValidatedRequest<N extends EndpointName> = {
  session: Session;
  params: EndpointParams<N>;
  query: EndpointQuery<N>;
  body: EndpointBody<N>;
};

export type RequestContext<N extends EndpointName, By extends Operation = Decision> = ValidatedRequest<N> & {
  person: PortalUser;
  operation: By;
  capabilities(): Promise<StepUpCapabilities>;
  /** Null: the policy needs no step-up. */
  requirement: StepUpRequirement | null;
  /** The step-up's id. If the request certainly changed nothing, the step-up is restored. */
  consumed: string | null;
};

export type CookieChanges = {
  /** `renewed`: the session has a new cookie after a step-up. */
  session?: 'renewed' | 'ended';
  /** `since`: ms since 1970. Null: nothing was frozen. */
  frozen?: { since: number; name: string } | null;
};
const changes = Symbol('cookie changes');
type WithCookies<Reply> = { readonly answer: Reply; readonly [changes]: CookieChanges };

export const withCookies = <Reply>(answer: Reply, cookies: CookieChanges): WithCookies<Reply> => ({
  answer,
  [changes]: cookies,
});

export const splitAnswer = (returned: unknown): { answer: unknown; cookies: CookieChanges } =>
  typeof returned === 'object' && returned !== null && changes in returned
    ? { answer: (returned as WithCookies<unknown>).answer, cookies: (returned as WithCookies<unknown>)[changes] }
    : { answer: returned, cookies: {} };

export type OnSomebody<N extends EndpointName, Allowed, Services> = {
  /**
   * Returns the user id of the person whom the request is about.
   * A change takes this person's lock, so `subject` is called before the lock and again under it.
   */
  subject(validated: ValidatedRequest<N>, services: Services): string | null | Promise<string | null>;
  /** The helpdesk's policy must allow all these operations on the subject. The strictest requirement applies. */
  operations(validated: ValidatedRequest<N>): readonly [Allowed, ...Allowed[]];
};

type Handler<N extends EndpointName, By extends Operation, More, Services> = (
  context: RequestContext<N, By> & More,
  services: Services,
) => Promise<EndpointReply<N> | WithCookies<EndpointReply<N>>>;

/** A `Stop` stops a thief. A function `atOnce` decides by the request's body whether the operation is one. */
type Handled<N extends EndpointName, More, Services> =
  | { atOnce?: never; stops?: never; handler: Handler<N, Decision, More, Services> }
  | { atOnce?: never; stops: true; handler: Handler<N, Stop, More, Services> }
  | { atOnce: true; stops?: never; handler: Handler<N, Stop, More, Services> }
  | { atOnce(body: unknown): boolean; stops?: never; handler: Handler<N, Operation, More, Services> };

/**
 * A row without `subject` is about the caller. At the helpdesk, it is about nobody.
 * `http` does not import features, so their types are parameters.
 */
export type EndpointRows<
  Names extends EndpointName,
  Own = unknown,
  Allowed = never,
  Authorized = never,
  Services = never,
> = {
  [N in Names]: Omit<EndpointPolicy, 'atOnce' | 'stops'> & {
    /** Also takes the agent's lock, so that parallel operations cannot exceed the agent's limit. */
    locksAgent?: true;
  } & (
      | ({ subject?: undefined; operations?: undefined; late?: undefined } & Handled<N, Own, Services>)
      | (OnSomebody<N, Allowed, Services> & { late?: undefined } & Handled<
            N,
            Own & { authorized: Authorized },
            Services
          >)
      /** The handler calls `authorize` once it knows that it must call Okta. */
      | (OnSomebody<N, Allowed, Services> & { late: true } & Handled<
            N,
            Own & { authorize(): Promise<Authorized> },
            Services
          >)
    );
};

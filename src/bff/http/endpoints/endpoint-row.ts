import type { EndpointName, ReplyOf } from '#contract/endpoints.ts';
import type { RequestContext, HelpdeskContext, LateHelpdeskContext, Services } from '../../context.ts';
import type { Operation } from '../../helpdesk/access/policy.ts';
import type { EndpointPolicy } from '../policies.ts';

/** A validated request and its session. */
export type ValidatedRequest<N extends EndpointName> = Pick<RequestContext<N>, 'session' | 'params' | 'query' | 'body'>;

/** Returns the user id of the person whom a request is about, and whose lock a change takes; null: nobody. */
type SubjectOf<N extends EndpointName> = (
  validated: ValidatedRequest<N>,
  services: Services,
) => string | null | Promise<string | null>;

type OnSomebody<N extends EndpointName> = {
  /** Read before the lock and again under it. */
  subject: SubjectOf<N>;
  /**
   * Operations that the helpdesk's policy must allow on that person; a change asks with Okta's current data. What else
   * is required is the strictest of all.
   */
  operations(validated: ValidatedRequest<N>): readonly [Operation, ...Operation[]];
};
type Handler<C, N extends EndpointName> = (context: C, services: Services) => Promise<ReplyOf<N>>;

/**
 * Everything about one endpoint: its guards and its handler. A handler names the services that it uses. Without a
 * subject, it is about the caller or, at the helpdesk, about nobody.
 */
export type EndpointRow<N extends EndpointName> = EndpointPolicy & {
  /** Also locks the caller, after the subject: counted operations of one agent run one at a time. */
  locksAgent?: true;
} & (
    | { subject?: undefined; operations?: undefined; late?: undefined; handler: Handler<RequestContext<N>, N> }
    | (OnSomebody<N> & { late?: undefined; handler: Handler<HelpdeskContext<N>, N> })
    /** `late`: the handler asks the policy itself, once it knows that it must call Okta. */
    | (OnSomebody<N> & { late: true; handler: Handler<LateHelpdeskContext<N>, N> })
  );

export type EndpointRows<N extends EndpointName> = { [K in N]: EndpointRow<K> };

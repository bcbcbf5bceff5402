import type { EndpointName, ReplyOf } from '#contract/endpoints.ts';
import type { RequestContext, HelpdeskContext, LateHelpdeskContext, Services } from '../../context.ts';
import type { Operation } from '../../helpdesk/access/policy.ts';
import type { EndpointPolicy } from '../policies.ts';

/** A validated request, and whose it is. */
export type Asked<N extends EndpointName> = Pick<RequestContext<N>, 'session' | 'params' | 'query' | 'body'>;

/** Whom a request is about, whose lock a change takes; null for nobody. */
type SubjectOf<N extends EndpointName> = (
  asked: Asked<N>,
  services: Services,
) => string | null | Promise<string | null>;

type OnSomebody<N extends EndpointName> = {
  /** Read before the lock, and again under it. */
  subject: SubjectOf<N>;
  /**
   * What the helpdesk's policy must allow towards that person, for a change as the org knows them now. The first of
   * them says what else it takes.
   */
  operations(asked: Asked<N>): readonly [Operation, ...Operation[]];
};
type Handler<C, N extends EndpointName> = (context: C, services: Services) => Promise<ReplyOf<N>>;

/**
 * All that the portal knows of one endpoint: its guards, and what it does. A handler names the services that it
 * uses. Without a subject it is about whoever asks or, at the helpdesk, about nobody.
 */
export type EndpointRow<N extends EndpointName> = EndpointPolicy & {
  /** Locks whoever asks, too, after the person it is about: acts that are counted run one at a time. */
  locksAgent?: true;
} & (
    | { subject?: undefined; operations?: undefined; late?: undefined; handler: Handler<RequestContext<N>, N> }
    | (OnSomebody<N> & { late?: undefined; handler: Handler<HelpdeskContext<N>, N> })
    /** `late`: the handler has it judged, once it is known that the org must be asked. */
    | (OnSomebody<N> & { late: true; handler: Handler<LateHelpdeskContext<N>, N> })
  );

export type EndpointRows<N extends EndpointName> = { [K in N]: EndpointRow<K> };

import type { BodyOf, EndpointName, ParamsOf, QueryOf, ReplyOf } from '#contract/endpoints.ts';
import type { Actor } from '../../records/audit-log/audit-log.ts';
import type { Session } from '../../identity/sessions/sessions.ts';
import type { StepUpCapabilities, StepUpRequirement } from '../../identity/step-up/requirement.ts';
import type { PortalUser } from '../../identity/users/users.ts';
import type { EndpointPolicy } from '../policies.ts';

/** A validated request and its session. */
export type ValidatedRequest<N extends EndpointName> = {
  session: Session;
  params: ParamsOf<N>;
  query: QueryOf<N>;
  body: BodyOf<N>;
};

/** What every handler gets: one person's session and the request. */
export type RequestContext<N extends EndpointName> = ValidatedRequest<N> & {
  person: PortalUser;
  actor: Actor;
  /** Read at the first call, for those who need them. */
  capabilities(): Promise<StepUpCapabilities>;
  /** The step-up that admitted this request; null if its policy needs none. */
  requirement: StepUpRequirement | null;
  /** The id of the step-up that it consumed. The runner restores it if the request certainly changed nothing. */
  consumed: string | null;
  /**
   * Gives the browser a new cookie for the same session, after a step-up. A repeat of the request gets this answer and
   * the cookie.
   */
  renewSession(answer: ReplyOf<N>): Promise<void>;
  endSession(): void;
  /** Lets the next page say since when changes are frozen (milliseconds). */
  showFreeze(since: number | null): void;
};

export type OnSomebody<N extends EndpointName, Operation, Services> = {
  /**
   * Returns the user id of the person whom a request is about, and whose lock a change takes; null: nobody. Read before
   * the lock and again under it.
   */
  subject(validated: ValidatedRequest<N>, services: Services): string | null | Promise<string | null>;
  /**
   * Operations that the helpdesk's policy must allow on that person; a change asks with Okta's current data. What else
   * is required is the strictest of all.
   */
  operations(validated: ValidatedRequest<N>): readonly [Operation, ...Operation[]];
};
type Handler<N extends EndpointName, More, Services> = (
  context: RequestContext<N> & More,
  services: Services,
) => Promise<ReplyOf<N>>;

/**
 * Everything about each endpoint: its guards and its handler. A handler names the services that it uses. Without a
 * subject, it is about the caller or, at the helpdesk, about nobody. `Own` is what a handler also gets of the caller,
 * `Authorized` the permission for an `Operation` on somebody: `http` hands them on without knowing them.
 */
export type EndpointRows<
  Names extends EndpointName,
  Own = unknown,
  Operation = never,
  Authorized = never,
  Services = never,
> = {
  [N in Names]: EndpointPolicy & {
    /** Also locks the caller, after the subject: counted operations of one agent run one at a time. */
    locksAgent?: true;
  } & (
      | { subject?: undefined; operations?: undefined; late?: undefined; handler: Handler<N, Own, Services> }
      | (OnSomebody<N, Operation, Services> & {
          late?: undefined;
          handler: Handler<N, Own & { authorized: Authorized }, Services>;
        })
      /** `late`: the handler asks the policy itself, once it knows that it must call Okta. */
      | (OnSomebody<N, Operation, Services> & {
          late: true;
          handler: Handler<N, Own & { authorize(): Promise<Authorized> }, Services>;
        })
    );
};

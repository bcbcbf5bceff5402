import { ApiError } from '#contract/errors.ts';
import type { BodyOf, EndpointName, ParamsOf, QueryOf, ReplyOf, Settings } from '#contract/endpoints.ts';
import type { Clock } from '#clock';
import type { OktaClient } from '#okta/client.ts';
import type { Alarms } from './alarms/alarms.ts';
import type { Actor, AuditLog } from './audit-log/audit-log.ts';
import type { Refusals } from './audit-log/refusals.ts';
import { createFreshCache } from './fresh-cache.ts';
import { securityMethodsOf } from './factors/methods/security-methods.ts';
import type { Engine, SecurityMethod } from './factors/methods/security-methods.ts';
import type { Transactions } from './factors/verification/transactions.ts';
import type { ActivationPolls } from './factors/enrollment/activation-polls.ts';
import type { FactorNames } from './factors/methods/names.ts';
import type { NumberMatching } from './factors/methods/number-matching.ts';
import type { Passkeys } from './factors/methods/passkeys.ts';
import type { FactorsOf, PersonFactors } from './factors/methods/person-factors.ts';
import type { Idempotency } from './http/idempotency.ts';
import type { Repeats } from './http/repeats.ts';
import type { HelpdeskServices } from './helpdesk/helpdesk-services.ts';
import type { CallerVerifications } from './helpdesk/caller-verification/caller-verifications.ts';
import type { HelpdeskFactorsOf } from './helpdesk/access/helpdesk-factors.ts';
import type { Helpdesk } from './helpdesk/access/helpdesk.ts';
import type { RecentChanges } from './helpdesk/search/recent-changes.ts';
import type { RemovedAddresses } from './notifications/removed-addresses.ts';
import type { Outbox } from './notifications/outbox.ts';
import type { Addresses } from './users/addresses.ts';
import type { Users, PortalUser } from './users/users.ts';
import type { SendLimit } from './step-up/send-limit.ts';
import type { Messages } from './step-up/messages.ts';
import type { StepUpRequirement, StepUpCapabilities } from './step-up/requirement.ts';
import type { StepUps } from './step-up/step-ups.ts';
import type { CodeAttempts } from './step-up/code-attempts.ts';
import type { Session, Sessions } from './sessions/sessions.ts';
import type { Lock } from './store/lock.ts';
import { tolerate } from './store/failure.ts';
import type { Sealer } from './store/secrets.ts';

/** What the whole BFF shares. */
export type Services = {
  clock: Clock;
  settings: Settings;
  baseUrl: string;
  sessions: Sessions;
  users: Users;
  addresses: Addresses;
  factorsOf: FactorsOf;
  names: FactorNames;
  passkeys: Passkeys;
  numberMatching: NumberMatching;
  /** Enrollments that a phone finishes. */
  polls: ActivationPolls;
  transactions: Transactions;
  sendLimit: SendLimit;
  /** What messages to phones and inboxes cost, counted before the org sends one. */
  messages: Messages;
  stepUps: StepUps;
  codeAttempts: CodeAttempts;
  auditLog: AuditLog;
  /** Records what somebody without a session can be refused, so that it cannot fill the log. */
  refusals: Refusals;
  outbox: Outbox;
  removedAddresses: RemovedAddresses;
  /**
   * For whoever runs the portal. `watch` reads on in the audit log and sends what is due; to be called every few
   * seconds.
   */
  alarms: Alarms & { watch(): Promise<void> };
  lock: Lock;
  /** Throws, as the store does, when nothing can be written to it. */
  assertWritable(): Promise<void>;
  idempotency: Idempotency;
  repeats: Repeats;
  /** Null where none is configured. */
  helpdesk: Helpdesk | null;
  helpdeskFactorsOf: HelpdeskFactorsOf;
  callerVerifications: CallerVerifications;
  recentChanges: RecentChanges;
  helpdeskServices: HelpdeskServices;
  sealer: Sealer;
  engine(): Promise<Engine>;
  /** How far the org's clock is ahead of ours, in milliseconds. */
  orgSkew(): number;
  /** What org and portal can do for a proof. An org that cannot be reached has nothing to offer besides. */
  capabilities(): Promise<StepUpCapabilities>;
};

/** What one person holds, and whether the org's list could be read whole. */
export type SecurityMethods = { methods: SecurityMethod[]; complete: boolean };

/**
 * What a handler gets: one person's session and factors, what was asked, and nothing by which to reach anybody else.
 */
export type RequestContext<N extends EndpointName> = {
  name: N;
  session: Session;
  person: PortalUser;
  factors: PersonFactors;
  params: ParamsOf<N>;
  query: QueryOf<N>;
  body: BodyOf<N>;
  actor: Actor;
  /** Read once a request. */
  securityMethods(): Promise<SecurityMethods>;
  capabilities: StepUpCapabilities;
  /** The proof this request was let in with, if its policy asks for one. */
  requirement: StepUpRequirement | null;
  idempotencyKey: string | null;
  /**
   * Gives the browser a new cookie for the same session, once it was proven who it is; a repeat of the request gets
   * this answer, with the cookie.
   */
  renewSession(answer: ReplyOf<N>): Promise<void>;
  endSession(): void;
};

export type Handler<N extends EndpointName> = (context: RequestContext<N>) => Promise<ReplyOf<N>>;
export type Handlers<N extends EndpointName> = { [K in N]: Handler<K> };

/** Reads the org's engine once; a failed reading is tried again at the next call. */
export function createEngine(okta: OktaClient, clock: Clock): () => Promise<Engine> {
  const engines = createFreshCache<Engine>(clock, { max: 1 });
  return () => engines.get('org', async () => (await okta.org.wellKnown()).pipeline);
}

/** Reads what somebody holds at most once for one request. Names of factors that are gone go then. */
export function readSecurityMethods(
  services: Services,
  person: PortalUser,
  factors: Pick<PersonFactors, 'list'>,
): () => Promise<SecurityMethods> {
  let reading: Promise<SecurityMethods> | null = null;
  return () =>
    (reading ??= (async () => {
      const [engine, list, names] = await Promise.all([
        services.engine(),
        factors.list(),
        services.names.of(person.id),
      ]);
      const complete = list.unreadable === 0;
      const there = new Set(list.map(({ id }) => id));
      const emails = list.flatMap(({ factorType, status, profile }) =>
        factorType === 'email' && status === 'ACTIVE' ? (profile?.['email'] ?? []) : [],
      );
      if (complete)
        await services.addresses
          .note(
            person.id,
            'method',
            emails.filter((email) => typeof email === 'string'),
          )
          .catch(() => undefined);
      if (complete)
        await tolerate(
          services.names.drop(
            person.id,
            [...names.keys()].filter((id) => !there.has(id)),
          ),
        );
      return { methods: securityMethodsOf(list, engine, person.email, names), complete };
    })());
}

/**
 * First factor: whoever seems to have none may add one with a fresh sign-in alone. So "none" must be sure: not a list
 * that policy hides from us (the user then offers `resetFactors` all the same), nor one we could not read.
 */
export function assertNoMethods({ methods, complete }: SecurityMethods, person: PortalUser): void {
  if (methods.some(({ counts }) => counts)) return;
  if (!complete || (methods.length === 0 && person.hasFactors)) {
    throw new ApiError('forbidden', 'Your methods cannot all be seen from here, so none can be added.');
  }
}

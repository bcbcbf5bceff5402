import type { BodyOf, EndpointName, ParamsOf, QueryOf, ReplyOf, Settings } from '#contract/endpoints.ts';
import type { Clock } from '#clock';
import type { OktaClient } from '#okta/client.ts';
import type { Alarms } from './alarms/alarms.ts';
import type { Actor, AuditLog } from './audit-log/audit-log.ts';
import type { Refusals } from './audit-log/refusals.ts';
import { createFreshCache } from './fresh-cache.ts';
import type { Engine, SecurityMethod } from './factors/methods/security-methods.ts';
import type { Transactions } from './factors/verification/transactions.ts';
import type { ActivationPolls } from './factors/enrollment/activation-polls.ts';
import type { FactorNames } from './factors/methods/names.ts';
import type { NumberMatching } from './factors/methods/number-matching.ts';
import type { Passkeys } from './factors/methods/passkeys.ts';
import type { FactorsOf, PersonFactors } from './factors/methods/person-factors.ts';
import type { Idempotency } from './http/endpoints/idempotency.ts';
import type { Repeats } from './http/endpoints/repeats.ts';
import type { HelpdeskServices } from './helpdesk/helpdesk-services.ts';
import type { AuthorizedOperation } from './helpdesk/access/authorize-operation.ts';
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

/** The same, of somebody at the helpdesk with the person they may act on. */
export type HelpdeskContext<N extends EndpointName> = RequestContext<N> & { authorized: AuthorizedOperation };
/** The same, where the helpdesk's policy is asked only once the org has to be. */
export type LateHelpdeskContext<N extends EndpointName> = RequestContext<N> & {
  authorize(): Promise<AuthorizedOperation>;
};

/** Reads the org's engine once; a failed reading is tried again at the next call. */
export function createEngine(okta: OktaClient, clock: Clock): () => Promise<Engine> {
  const engines = createFreshCache<Engine>(clock, { max: 1 });
  return () => engines.get('org', async () => (await okta.org.wellKnown()).pipeline);
}

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

/** The services that the whole BFF shares. */
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
  /** Enrollments that the person finishes on a phone. */
  polls: ActivationPolls;
  transactions: Transactions;
  sendLimit: SendLimit;
  /** Counts the cost of messages to phones and inboxes before Okta sends one. */
  messages: Messages;
  stepUps: StepUps;
  codeAttempts: CodeAttempts;
  auditLog: AuditLog;
  /** Records refusals of requests without a session, at a limited rate, so that they cannot fill the audit log. */
  refusals: Refusals;
  outbox: Outbox;
  removedAddresses: RemovedAddresses;
  /** Alarms for the operators. Call `watch` every few seconds: it reads new audit rows and sends due alarms. */
  alarms: Alarms & { watch(): Promise<void> };
  lock: Lock;
  /** Throws the store's error when the store cannot be written to. */
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
  /** How far Okta's clock is ahead of the portal's, in milliseconds. */
  orgSkew(): number;
  /** What Okta and the portal can use for a step-up. If Okta is unreachable, only local factors can be used. */
  capabilities(): Promise<StepUpCapabilities>;
};

/** A person's security methods, and whether Okta's list was read completely. */
export type SecurityMethods = { methods: SecurityMethod[]; complete: boolean };

/** What a handler gets: one person's session and factors, and the request. It cannot reach any other person. */
export type RequestContext<N extends EndpointName> = {
  session: Session;
  person: PortalUser;
  factors: PersonFactors;
  params: ParamsOf<N>;
  query: QueryOf<N>;
  body: BodyOf<N>;
  actor: Actor;
  /** Reads them once per request. */
  securityMethods(): Promise<SecurityMethods>;
  capabilities: StepUpCapabilities;
  /** The step-up that admitted this request; null if its policy needs none. */
  requirement: StepUpRequirement | null;
  idempotencyKey: string | null;
  /**
   * Gives the browser a new cookie for the same session, after a step-up. A repeat of the request gets this answer and
   * the cookie.
   */
  renewSession(answer: ReplyOf<N>): Promise<void>;
  endSession(): void;
};

/** The context of a helpdesk request: it adds the person that the staff member may act on. */
export type HelpdeskContext<N extends EndpointName> = RequestContext<N> & { authorized: AuthorizedOperation };
/** The same, for handlers that ask the helpdesk's policy only when they must call Okta. */
export type LateHelpdeskContext<N extends EndpointName> = RequestContext<N> & {
  authorize(): Promise<AuthorizedOperation>;
};

/** Reads the org's engine once; a failed read is retried at the next call. */
export function createEngine(okta: OktaClient, clock: Clock): () => Promise<Engine> {
  const engines = createFreshCache<Engine>(clock, { max: 1 });
  return () => engines.get('org', async () => (await okta.org.wellKnown()).pipeline);
}

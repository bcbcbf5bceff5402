import { setTimeout as sleep } from 'node:timers/promises';
import { openCredential, type Credential } from './transport/credential.ts';
import { createGroupsApi, type GroupsApi } from './groups.ts';
import { createOrganizationApi, createPing, type OrganizationApi } from './organization.ts';
import { createSessionsApi, type SessionsApi } from './sessions.ts';
import type { BucketSnapshot } from './transport/budget.ts';
import type { Limits } from './transport/limits.ts';
import type { CallContext } from './transport/request-headers.ts';
import { createTransport, type Observation } from './transport/transport.ts';
import { createUserFactorApi, type UserFactorApi } from './user-factor-api.ts';
import { createUsersApi, type UsersApi } from './users.ts';

export type OktaClientOptions = {
  /** `https://example.okta.com`; http only on loopback. */
  orgUrl: string;
  credential: Credential;
  /** In milliseconds. Only `retryAt`, the rate budget and the breaker use it; deadlines use the system clock. */
  clock: { now(): number };
  /** The `User-Agent` sent to Okta: `latchkey/0.1.0`. */
  userAgent: string;
  limits?: Partial<Limits>;
  /** Replaced in tests. */
  sleep?: (ms: number, signal?: AbortSignal) => Promise<unknown>;
  /** Gives 0 to 1; adds jitter to pauses. */
  random?: () => number;
  /** Called for every attempt, and for every call that was not sent. */
  observe?: (call: Observation) => void;
};

/** A client of one org. Every call takes its context as second argument and rejects with an OktaError. */
export type OktaClient = {
  userFactorApi: UserFactorApi;
  users: UsersApi;
  groups: GroupsApi;
  sessions: SessionsApi;
  org: OrganizationApi;
  /** Which credential the client uses: some calls need an API token. */
  readonly credentialKind: Credential['kind'];
  /** Checks that Okta answers, for readiness: one attempt that ignores the breaker and closes it on success. */
  ping(context?: CallContext): Promise<void>;
  /** The rate-limit buckets as last reported. */
  budget(): BucketSnapshot[];
  /** How far Okta's clock is ahead of ours, in milliseconds, by the last answer's `Date`; 0 before the first answer. */
  skew(): number;
  /** Waits for running calls, then closes the connections. */
  close(): Promise<void>;
};

/**
 * Creates a client; it connects at the first call.
 * @throws {TypeError} for an invalid org address, or a token that no header can carry
 */
export function createOktaClient(options: OktaClientOptions): OktaClient {
  const transport = createTransport({
    origin: originOf(options.orgUrl),
    credential: openCredential(options.credential),
    clock: options.clock,
    userAgent: options.userAgent,
    limits: options.limits,
    sleep: options.sleep ?? ((ms, signal) => sleep(ms, undefined, { signal })),
    random: options.random ?? Math.random,
    observe: options.observe ?? (() => {}),
  });
  return {
    userFactorApi: createUserFactorApi(transport),
    users: createUsersApi(transport),
    groups: createGroupsApi(transport),
    sessions: createSessionsApi(transport),
    org: createOrganizationApi(transport),
    credentialKind: transport.credentialKind,
    ping: createPing(transport),
    budget: transport.budget,
    skew: transport.skew,
    close: transport.close,
  };
}

function originOf(orgUrl: string): string {
  const url = URL.parse(orgUrl);
  if (
    url === null ||
    url.username !== '' ||
    url.password !== '' ||
    url.search !== '' ||
    url.hash !== '' ||
    url.pathname !== '/'
  ) {
    throw new TypeError('the org is named by its address alone: https://example.okta.com');
  }
  const loopback = url.hostname === 'localhost' || url.hostname === '[::1]' || /^127(?:\.\d+){3}$/.test(url.hostname);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && loopback)) {
    throw new TypeError('the org is reached by https; http is for one on this machine');
  }
  return url.origin;
}

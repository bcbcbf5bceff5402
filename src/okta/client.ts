import { setTimeout as sleep } from 'node:timers/promises';
import { openCredential, type Credential } from './transport/credential.ts';
import { createGroupsApi } from './groups.ts';
import { createOrganizationApi, createPing } from './organization.ts';
import { createSessionsApi } from './sessions.ts';
import type { Limits } from './transport/limits.ts';
import { createTransport, type Observation } from './transport/transport.ts';
import { createUserFactorApi } from './user-factor-api.ts';
import { createUsersApi } from './users.ts';

export type OktaClientOptions = {
  /** `https://example.okta.com`; http only on loopback. */
  orgUrl: string;
  credential: Credential;
  /**
   * The portal's clock, in ms since 1970: for `retryAt`, the rate budget, the breaker, the skew of Okta's clock, and
   * the tokens and proofs of a service app. Deadlines do not use it; they use `performance.now()`.
   */
  clock: { now(): number };
  /** The `User-Agent` sent to Okta: `latchkey/0.2.0`. */
  userAgent: string;
  /** How many portals share the org's rate limits now, this portal included; by default 1. */
  replicas?: () => number;
  limits?: Partial<Limits>;
  /** Tests replace this. */
  sleep?: (ms: number, signal?: AbortSignal) => Promise<unknown>;
  /** Returns 0 to 1; adds jitter to pauses. */
  random?: () => number;
  /** Called for every attempt, and for every call that was refused before sending. */
  observe?: (call: Observation) => void;
};

/** A client of one org. Every operation takes a context as second argument and rejects with an OktaError. */
export type OktaClient = ReturnType<typeof createOktaClient>;

/**
 * Creates a client, which connects at the first call.
 * @throws {TypeError} for an invalid org address, or a token that no header can carry
 */
export function createOktaClient(options: OktaClientOptions) {
  const transport = createTransport({
    origin: readOrigin(options.orgUrl),
    credential: openCredential(options.credential),
    clock: options.clock,
    userAgent: options.userAgent,
    replicas: options.replicas,
    limits: options.limits,
    sleep: options.sleep ?? ((ms, signal) => sleep(ms, undefined, { signal })),
    random: options.random ?? Math.random,
    observe: options.observe ?? (() => {}),
  });
  const { credentialKind, budget, isBreakerOpen, skew, close } = transport;
  return {
    userFactorApi: createUserFactorApi(transport),
    users: createUsersApi(transport),
    groups: createGroupsApi(transport),
    sessions: createSessionsApi(transport),
    org: createOrganizationApi(transport),
    /** The client's kind of credential: some calls need an API token. */
    credentialKind,
    /** Whether access tokens are bound to a key (DPoP); null before the first token, or if tokens are not used. */
    isBound: transport.isBound,
    /** Checks for readiness that Okta answers: one attempt, which ignores the breaker and closes it on success. */
    ping: createPing(transport),
    /** The state of the rate-limit buckets, from the last answers. */
    budget,
    /** Whether calls fail immediately, because the org did not answer recently. */
    isBreakerOpen,
    skew,
    close,
  };
}

function readOrigin(orgUrl: string): string {
  const url = URL.parse(orgUrl);
  if (url === null || url.pathname !== '/' || [url.username, url.password, url.search, url.hash].some(Boolean)) {
    throw new TypeError('the org is named by its address alone: https://example.okta.com');
  }
  const loopback = url.hostname === 'localhost' || url.hostname === '[::1]' || /^127(?:\.\d+){3}$/.test(url.hostname);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && loopback)) {
    throw new TypeError('the org is reached by https; http is for one on this machine');
  }
  return url.origin;
}

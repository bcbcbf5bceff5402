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
  /** An address such as `https://example.okta.com`. http is allowed only on loopback. */
  orgUrl: string;
  credential: Credential;
  /** Milliseconds since 1970. Deadlines use `performance.now()` instead. */
  clock: { now(): number };
  userAgent: string;
  /** How many portals, including this one, share the org's rate limits. Default: 1. */
  replicas?: () => number;
  limits?: Partial<Limits>;
  sleep?: (ms: number, signal?: AbortSignal) => Promise<unknown>;
  /** Returns 0 to 1, for the jitter of pauses. */
  random?: () => number;
  /** Called for every attempt, and for every call that was refused before sending. */
  observe?: (call: Observation) => void;
};

/** Every operation rejects with an OktaError. */
export type OktaClient = ReturnType<typeof createOktaClient>;

/** @throws {TypeError} for an invalid org address, or a token that a header cannot contain */
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
    credentialKind,
    /** Whether access tokens are bound to a key (DPoP). Null without a token. */
    isBound: transport.isBound,
    ping: createPing(transport),
    budget,
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

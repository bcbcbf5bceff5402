import { createOktaClient, type OktaClient, type OktaClientOptions } from '../client.ts';
import { canary } from './failure.ts';

/** Creates a client of a fake org, with an API token unless the options say otherwise. */
export const connectTo = (org: { origin: string }, options: Partial<OktaClientOptions> = {}): OktaClient =>
  createOktaClient({
    orgUrl: org.origin,
    credential: { kind: 'ssws', token: canary },
    clock: Date,
    userAgent: 'latchkey/test',
    ...options,
  });

import { createOktaClient, type OktaClient, type OktaClientOptions } from '../client.ts';
import { canary } from './failure.ts';

export const connectTo = (org: { origin: string }, options: Partial<OktaClientOptions> = {}): OktaClient =>
  createOktaClient({
    orgUrl: org.origin,
    credential: { kind: 'ssws', token: canary },
    clock: Date,
    userAgent: 'latchkey/test',
    ...options,
  });

import type { FastifyInstance } from 'fastify';
import type { EmulatorContext } from '../context/context.ts';
import { seededId } from '../wire/ids.ts';
import { oktaHeaders } from './request/headers.ts';

/** `idx` is Identity Engine, `v1` is Classic. */
export function organizationRoute(app: FastifyInstance, emulator: EmulatorContext): void {
  app.get('/.well-known/okta-organization', async (_request, reply) => {
    void reply.headers(oktaHeaders(emulator));
    return {
      id: seededId('00o', 'Example'),
      _links: { organization: { href: emulator.url } },
      pipeline: emulator.engine === 'oie' ? 'idx' : 'v1',
      settings: { analyticsCollectionEnabled: false, bugReportingEnabled: false, omEnabled: false },
    };
  });
}

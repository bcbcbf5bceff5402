/** The portal's peer: Fastify and its proxy, which pass one person's list through. */
import type { AddressInfo } from 'node:net';
import proxy from '@fastify/http-proxy';
import Fastify from 'fastify';

const app = Fastify({ logger: false });
await app.register(proxy, {
  upstream: process.env['UPSTREAM_URL']!,
  prefix: '/api/factors',
  rewritePrefix: process.env['UPSTREAM_PATH']!,
});
app.get('/livez', async () => ({ status: 'ok' }));
await app.listen({ port: 0, host: '127.0.0.1' });
console.log(`port ${(app.server.address() as AddressInfo).port}`);

/** A peer of the portal. With `DATABASE_URL`, it first reads a session's row, as the portal must. */
import type { AddressInfo } from 'node:net';
import proxy from '@fastify/http-proxy';
import Fastify from 'fastify';
import pg from 'pg';

const database = process.env['DATABASE_URL'];
const pool = database === undefined ? null : new pg.Pool({ connectionString: database });
const app = Fastify({ logger: false });
await app.register(proxy, {
  upstream: process.env['UPSTREAM_URL']!,
  prefix: '/api/factors',
  rewritePrefix: process.env['UPSTREAM_PATH']!,
  ...(pool && {
    async preHandler() {
      const { rows } = await pool.query('SELECT * FROM sessions WHERE ends_at > $1 LIMIT 1', [0]);
      if (rows.length !== 1) throw new Error('there is no session');
    },
  }),
});
app.get('/livez', async () => ({ status: 'ok' }));
await app.listen({ port: 0, host: '127.0.0.1' });
console.log(`port ${(app.server.address() as AddressInfo).port}`);

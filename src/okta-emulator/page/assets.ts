import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { FastifyInstance } from 'fastify';

const files = {
  'sign-in.css': { from: '#okta-emulator/sign-in/sign-in.css', type: 'text/css; charset=utf-8' },
  'key.js': { from: '#okta-emulator/sign-in/key.client.js', type: 'text/javascript; charset=utf-8' },
  'simulator.css': { from: '#okta-emulator/simulator/page/simulator.css', type: 'text/css; charset=utf-8' },
  'devices.css': { from: '#okta-emulator/simulator/devices.css', type: 'text/css; charset=utf-8' },
  'simulator.js': { from: '#okta-emulator/simulator/page/simulator.client.js', type: 'text/javascript; charset=utf-8' },
} as const;

const read = (from: string) => {
  const body = readFileSync(new URL(import.meta.resolve(from)));
  return { body, tag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 16)}"` };
};

export const asset = (name: keyof typeof files): string => `/assets/${name}`;

export function assetRoutes(app: FastifyInstance): void {
  for (const [name, { from, type }] of Object.entries(files)) {
    const { body, tag } = read(from);
    app.get(`/assets/${name}`, async (request, reply) => {
      void reply.headers({ etag: tag, 'cache-control': 'no-cache', 'x-content-type-options': 'nosniff' });
      if (request.headers['if-none-match'] === tag) return reply.code(304).send();
      return reply.type(type).send(body);
    });
  }
}

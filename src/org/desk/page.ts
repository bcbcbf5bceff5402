import type { FastifyInstance } from 'fastify';
import type { Context } from '../context.ts';
import { html } from '../page/html.ts';
import { asset } from '../page/assets.ts';
import { knownHosts } from './api.ts';

/** `GET /desk`. */
export function deskPage(app: FastifyInstance, org: Context, port: number): void {
  const hosts = knownHosts(org, port);
  app.get('/desk', async (request, reply) => {
    void reply.header('cache-control', 'no-store');
    if (!hosts.has(request.headers.host ?? '')) return reply.code(403).type('text/plain').send('the desk is not known by that name');
    return reply.type('text/html').send(html`<!doctype html><html lang="en"><head><title>The desk</title><link rel="stylesheet" href="${asset('desk.css')}"></head><body></body></html>`.html);
  });
}

import type { FastifyInstance } from 'fastify';
import type { Context } from '../context.ts';
import { catalogFor } from '../factors/catalog.ts';
import { enrollFactor } from '../factors/enroll.ts';
import { factorOf, factorsOf } from '../factors/held.ts';
import type { Json } from '../factors/kind.ts';
import { presentFactor } from '../factors/present.ts';
import { activateFactor, verifyFactor } from '../factors/prove.ts';
import { questions } from '../factors/questions.ts';
import { deleteFactor } from '../factors/remove.ts';
import { invalid } from './errors.ts';
import { personOf } from './person.ts';

type OfPerson = { Params: { id: string }; Body: unknown };
type OfFactor = { Params: { id: string; factorId: string }; Body: unknown };

/** An absent body counts as an empty one; anything but an object is refused. */
function objectIn(body: unknown): Json {
  if (body === undefined || body === null) return {};
  if (typeof body !== 'object' || Array.isArray(body)) throw invalid('body');
  return body as Json;
}

/** `tokenLifetimeSeconds` is accepted with every kind, and must be a number of seconds from 1 to 86400. */
function checkLifetime(query: { tokenLifetimeSeconds?: string }): void {
  const given = query.tokenLifetimeSeconds;
  if (given !== undefined && !(/^\d{1,5}$/.test(given) && Number(given) >= 1 && Number(given) <= 86_400)) throw invalid('tokenLifetimeSeconds');
}

/** The factor operations. Query parameters that mean something for other kinds only (`updatePhone`, `templateId`, `activate`) are ignored. */
export function factorRoutes(app: FastifyInstance, org: Context): void {
  app.get<OfPerson>('/users/:id/factors', async (request) => {
    const rows = await factorsOf(org, org.db, await personOf(org, request.params.id));
    return rows.map((row) => presentFactor(org, row));
  });

  app.post<OfPerson & { Querystring: { tokenLifetimeSeconds?: string } }>('/users/:id/factors', async (request) => {
    const person = await personOf(org, request.params.id);
    checkLifetime(request.query);
    return enrollFactor(org, person, objectIn(request.body));
  });

  app.get<OfPerson>('/users/:id/factors/catalog', async (request) => catalogFor(org, await personOf(org, request.params.id)));

  app.get<OfPerson>('/users/:id/factors/questions', async (request) => {
    await personOf(org, request.params.id);
    return questions;
  });

  app.get<OfFactor>('/users/:id/factors/:factorId', async (request) => {
    const person = await personOf(org, request.params.id);
    return presentFactor(org, await factorOf(org, org.db, person, request.params.factorId));
  });

  app.delete<OfFactor>('/users/:id/factors/:factorId', async (request, reply) => {
    await deleteFactor(org, await personOf(org, request.params.id), request.params.factorId);
    return reply.code(204).send();
  });

  app.post<OfFactor>('/users/:id/factors/:factorId/lifecycle/activate', async (request) =>
    activateFactor(org, await personOf(org, request.params.id), request.params.factorId, objectIn(request.body)),
  );

  app.post<OfFactor & { Querystring: { tokenLifetimeSeconds?: string } }>('/users/:id/factors/:factorId/verify', async (request) => {
    const person = await personOf(org, request.params.id);
    checkLifetime(request.query);
    return verifyFactor(org, person, request.params.factorId, objectIn(request.body));
  });
}

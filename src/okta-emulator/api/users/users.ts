import type { FastifyInstance } from 'fastify';
import type { EmulatorContext } from '../../context/context.ts';
import { deletePerson } from '../../factors/remove.ts';
import { personHref } from '../../factors/kind/link.ts';
import { listGroups } from '../../people/groups.ts';
import { setStatus } from '../../people/people.ts';
import { endSessions } from '../../people/sessions.ts';
import { groupsSeenBy } from '../request/access.ts';
import { readBody, readFlag } from '../request/call.ts';
import { presentGroup } from '../present/group.ts';
import { createLinks, pageIn, createPage } from '../request/paging.ts';
import { getPerson } from '../request/person.ts';
import { changePerson, createPerson } from './create.ts';
import { presentAlone, presentInList } from '../present/person.ts';
import { searchPeople, readSize } from './search.ts';

type Query = Record<string, string | undefined>;

export function userRoutes(app: FastifyInstance, emulator: EmulatorContext): void {
  app.get<{ Querystring: Query }>('/users', async (request, reply) => {
    const paging = pageIn(request.query, readSize(request.query));
    const people = await searchPeople(emulator.db, request.query, groupsSeenBy(request.caller), paging);
    const page = createPage(people, paging, `${emulator.url}${request.url}`);
    void reply.header('link', page.links);
    return page.items.map((one) => presentInList(emulator, one));
  });
  app.post<{ Querystring: Query }>('/users', async (request) => {
    const person = await createPerson(emulator, {
      body: readBody(request),
      activate: readFlag(request, 'activate', true),
      provider: readFlag(request, 'provider'),
      nextLogin: request.query['nextLogin'],
    });
    return presentAlone(emulator, person);
  });

  app.get('/users/:id', async (request) => presentAlone(emulator, await getPerson(emulator, request)));
  for (const [method, whole] of [
    ['POST', false],
    ['PUT', true],
  ] as const) {
    app.route({
      method,
      url: '/users/:id',
      handler: async (request) => {
        await changePerson(emulator, await getPerson(emulator, request), readBody(request), { whole });
        return presentAlone(emulator, await getPerson(emulator, request));
      },
    });
  }
  // As at Okta, the first call deactivates the person, and the second call deletes them.
  app.delete('/users/:id', async (request, reply) => {
    const person = await getPerson(emulator, request);
    if (person.status === 'DEPROVISIONED') await deletePerson(emulator, person);
    else await setStatus(emulator, person, 'DEPROVISIONED');
    return reply.code(204).send();
  });

  app.get('/users/:id/groups', async (request, reply) => {
    const { id } = await getPerson(emulator, request);
    void reply.header('link', createLinks(`${personHref(emulator, id)}/groups`, 200));
    return (await listGroups(emulator.db, id)).map((group) => presentGroup(emulator, group));
  });
  app.delete('/users/:id/sessions', async (request, reply) => {
    const { id } = await getPerson(emulator, request);
    await endSessions(emulator, id, readFlag(request, 'oauthTokens'));
    return reply.code(204).send();
  });
}

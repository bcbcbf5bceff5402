import type { FastifyInstance } from 'fastify';
import type { EmulatorContext } from '../../context/context.ts';
import { groupWithId, newGroup, setMember } from '../../people/groups.ts';
import type { Group } from '../../store/schema.ts';
import { invalid, notFound, OktaError } from '../../wire/errors.ts';
import { optionalObject, optionalText, type Fields } from '../../wire/shapes.ts';
import { readBody } from '../request/call.ts';
import { listMembers, searchGroups } from './search.ts';
import { pageIn, createPage } from '../request/paging.ts';
import { getPerson } from '../request/person.ts';
import { presentGroup } from '../present/group.ts';
import { presentInList } from '../present/person.ts';

type Database = EmulatorContext['db'];
type Query = Record<string, string | undefined>;
type OfGroup = { Params: { groupId: string }; Querystring: Query };

function profileIn(body: Fields): Pick<Group, 'name' | 'description'> {
  const profile = optionalObject(body['profile']);
  const name = optionalText(profile?.['name'])?.trim() ?? '';
  const description = optionalText(profile?.['description']) ?? '';
  if (name === '') throw invalid('name', 'name: The field cannot be left blank');
  if (name.length > 255) throw invalid('name', 'name: The field cannot exceed 255 characters');
  if (description.length > 1024) throw invalid('description', 'description: The field cannot exceed 1024 characters');
  return { name, description };
}

async function getGroup(db: Database, id: string): Promise<Group> {
  const group = await groupWithId(db, id);
  if (!group) throw notFound(id, 'UserGroup');
  return group;
}

async function getChangeable(db: Database, id: string): Promise<Group> {
  const group = await getGroup(db, id);
  if (group.type === 'BUILT_IN') throw new OktaError('E0000111', { about: 'UserGroup' });
  return group;
}

async function assertFree(tx: Database, name: string, id?: string): Promise<void> {
  const other = await tx.selectFrom('groups').select('id').where('name', '=', name).executeTakeFirst();
  if (other && other.id !== id)
    throw invalid('name', 'name: An object with this field already exists in the current organization');
}

function memberRoutes(app: FastifyInstance, emulator: EmulatorContext): void {
  const { db } = emulator;
  app.get<OfGroup>('/groups/:groupId/users', async (request, reply) => {
    const { id } = await getGroup(db, request.params.groupId);
    const paging = pageIn(request.query, { size: 1000, most: 1000 });
    const page = createPage(await listMembers(db, id, paging), paging, `${emulator.url}${request.url}`);
    void reply.header('link', page.links);
    return page.items.map((one) => presentInList(emulator, one));
  });
  for (const [method, member] of [
    ['PUT', true],
    ['DELETE', false],
  ] as const) {
    app.route<OfGroup>({
      method,
      url: '/groups/:groupId/users/:id',
      handler: async (request, reply) => {
        const { id: groupId } = await getChangeable(db, request.params.groupId);
        const { id: personId } = await getPerson(emulator, request);
        await db.transaction().execute((tx) => setMember(emulator, tx, { groupId, personId, member }));
        return reply.code(204).send();
      },
    });
  }
}

export function groupRoutes(app: FastifyInstance, emulator: EmulatorContext): void {
  const { db } = emulator;
  app.get<{ Querystring: Query }>('/groups', async (request, reply) => {
    const { query } = request;
    // As at Okta, a query by name has neither pages nor links.
    const byName = query['q'] !== undefined && query['search'] === undefined && query['filter'] === undefined;
    const paging = pageIn(query, byName ? { size: 300, most: 10_000 } : { size: 10_000, most: 10_000 });
    const page = createPage(await searchGroups(db, query, paging), paging, `${emulator.url}${request.url}`);
    if (!byName) void reply.header('link', page.links);
    return page.items.map((group) => presentGroup(emulator, group));
  });
  app.post('/groups', async (request) => {
    const group = newGroup(emulator, profileIn(readBody(request)));
    await db.transaction().execute(async (tx) => {
      await assertFree(tx, group.name);
      await tx.insertInto('groups').values(group).execute();
    });
    return presentGroup(emulator, group);
  });
  app.get<OfGroup>('/groups/:groupId', async ({ params }) =>
    presentGroup(emulator, await getGroup(db, params.groupId)),
  );
  app.put<OfGroup>('/groups/:groupId', async (request) => {
    const { id } = await getChangeable(db, request.params.groupId);
    const profile = profileIn(readBody(request));
    await db.transaction().execute(async (tx) => {
      await assertFree(tx, profile.name, id);
      await tx
        .updateTable('groups')
        .set({ ...profile, last_updated: emulator.clock.now() })
        .where('id', '=', id)
        .execute();
    });
    return presentGroup(emulator, await getGroup(db, id));
  });
  app.delete<OfGroup>('/groups/:groupId', async ({ params }, reply) => {
    await db
      .deleteFrom('groups')
      .where('id', '=', (await getChangeable(db, params.groupId)).id)
      .execute();
    return reply.code(204).send();
  });
  memberRoutes(app, emulator);
}

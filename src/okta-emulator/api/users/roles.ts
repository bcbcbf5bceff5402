import type { FastifyInstance } from 'fastify';
import type { EmulatorContext } from '../../context/context.ts';
import { personHref } from '../../factors/kind/link.ts';
import { isStandardRole, presentRole, roleId, listRoles } from '../../people/roles.ts';
import { invalid, notFound, OktaError } from '../../wire/errors.ts';
import { readBody } from '../request/call.ts';
import { getPerson } from '../request/person.ts';

type OfRole = { Params: { roleId: string } };

export function roleRoutes(app: FastifyInstance, emulator: EmulatorContext): void {
  app.get('/users/:id/roles', async (request) => {
    const { id } = await getPerson(emulator, request);
    return (await listRoles(emulator.db, id)).map((role) => presentRole(role, personHref(emulator, id)));
  });
  app.post('/users/:id/roles', async (request, reply) => {
    const { id } = await getPerson(emulator, request);
    const { type } = readBody(request);
    if (!isStandardRole(type)) throw invalid('type', 'type: The field has an invalid value');
    const row = { person_id: id, type, created: emulator.clock.now() };
    const { numInsertedOrUpdatedRows: added = 0n } = await emulator.db
      .insertInto('roles')
      .values(row)
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst();
    if (added === 0n) throw new OktaError('E0000090');
    return reply.code(201).send(presentRole(row, personHref(emulator, id)));
  });
  app.get<OfRole>('/users/:id/roles/:roleId', async (request) => {
    const { id } = await getPerson(emulator, request);
    const role = (await listRoles(emulator.db, id)).find(({ type }) => roleId(type) === request.params.roleId);
    if (!role) throw notFound(request.params.roleId, 'RoleAssignment');
    return presentRole(role, personHref(emulator, id));
  });
  app.delete<OfRole>('/users/:id/roles/:roleId', async (request, reply) => {
    const { id } = await getPerson(emulator, request);
    const role = (await listRoles(emulator.db, id)).find(({ type }) => roleId(type) === request.params.roleId);
    if (!role) throw notFound(request.params.roleId, 'RoleAssignment');
    await emulator.db.deleteFrom('roles').where('person_id', '=', id).where('type', '=', role.type).execute();
    return reply.code(204).send();
  });
}

import type { FastifyInstance } from 'fastify';
import type { EmulatorContext } from '../context/context.ts';
import { hasCountingFactor } from '../factors/person-factors.ts';
import type { Json } from '../factors/kind/kind.ts';
import { personHref } from '../factors/kind/link.ts';
import { wireDate } from '../wire/ids.ts';
import { groupsOf, groupWith } from '../people/people.ts';
import { notFound } from '../wire/errors.ts';
import { endSessions } from '../people/sessions.ts';
import { rolesOf } from '../people/roles.ts';
import type { Group, Person } from '../store/schema.ts';
import { groupsSeenBy } from './access.ts';
import { says } from './call.ts';
import { pageIn, pageOf } from './paging.ts';
import { personOf } from './person.ts';
import { searchPeople } from './search.ts';

/** A person in Okta's format, without links. Like Okta, it shows the password as an empty object. */
function presentPerson(person: Person): Json {
  const emails = [{ value: person.email, status: 'VERIFIED', type: 'PRIMARY' }];
  if (person.second_email) emails.push({ value: person.second_email, status: 'VERIFIED', type: 'SECONDARY' });
  return {
    id: person.id,
    status: person.status,
    created: wireDate(person.created),
    activated: wireDate(person.created),
    statusChanged: wireDate(person.status_changed),
    lastLogin: person.last_login === null ? null : wireDate(person.last_login),
    lastUpdated: wireDate(person.last_updated),
    passwordChanged: wireDate(person.created),
    type: { id: 'oty1a2b3c4d5e6f7g5d7' },
    profile: {
      firstName: person.first_name,
      lastName: person.last_name,
      mobilePhone: person.mobile_phone,
      secondEmail: person.second_email,
      login: person.login,
      email: person.email,
    },
    credentials: { password: {}, emails, provider: { type: 'OKTA', name: 'OKTA' } },
  };
}

/** The lifecycle calls that the person's status allows; `resetFactors` only while a factor counts. */
async function personLinks(emulator: EmulatorContext, person: Person): Promise<Json> {
  const self = personHref(emulator, person.id);
  const post = (path: string) => ({ href: `${self}${path}`, method: 'POST' });
  const active = person.status === 'ACTIVE';
  return {
    ...(active && { suspend: post('/lifecycle/suspend'), resetPassword: post('/lifecycle/reset_password') }),
    ...(active && (await hasCountingFactor(emulator, person.id)) && { resetFactors: post('/lifecycle/reset_factors') }),
    ...(active && {
      expirePassword: post('/lifecycle/expire_password'),
      forgotPassword: post('/credentials/forgot_password'),
      changeRecoveryQuestion: post('/credentials/change_recovery_question'),
      changePassword: post('/credentials/change_password'),
    }),
    ...(person.status === 'SUSPENDED' && { unsuspend: post('/lifecycle/unsuspend') }),
    ...(person.status === 'LOCKED_OUT' && { unlock: post('/lifecycle/unlock') }),
    ...(person.status === 'DEPROVISIONED'
      ? { activate: post('/lifecycle/activate') }
      : { deactivate: post('/lifecycle/deactivate') }),
    self: { href: self },
    schema: { href: `${emulator.url}/api/v1/meta/schemas/user/default` },
    type: { href: `${emulator.url}/api/v1/meta/types/user/default` },
  };
}

function presentGroup(emulator: EmulatorContext, group: Group): Json {
  const href = `${emulator.url}/api/v1/groups/${group.id}`;
  return {
    id: group.id,
    created: wireDate(group.created),
    lastUpdated: wireDate(group.created),
    lastMembershipUpdated: wireDate(group.created),
    objectClass: ['okta:user_group'],
    type: group.type,
    profile: { name: group.name, description: group.description },
    _links: { logo: [], users: { href: `${href}/users` }, apps: { href: `${href}/apps` } },
  };
}

export function userRoutes(app: FastifyInstance, emulator: EmulatorContext): void {
  app.get<{ Querystring: Record<string, string | undefined> }>('/users', async (request, reply) => {
    const paging = pageIn(request.query);
    const found = await searchPeople(emulator.db, request.query, groupsSeenBy(request.caller), paging);
    const page = pageOf(found, paging, `${emulator.url}${request.url}`);
    void reply.header('link', page.links);
    return page.items.map((one) => ({
      ...presentPerson(one),
      _links: { self: { href: personHref(emulator, one.id) } },
    }));
  });

  app.get('/users/:id', async (request) => {
    const person = await personOf(emulator, request);
    return { ...presentPerson(person), _links: await personLinks(emulator, person) };
  });
  type GroupPath = { Params: { groupId: string } };
  const groupIn = async ({ groupId }: GroupPath['Params'], limit: number) => {
    const found = await groupWith(emulator.db, groupId, limit);
    if (!found) throw notFound(groupId, 'UserGroup');
    return found;
  };
  app.get<GroupPath>('/groups/:groupId', async ({ params }) =>
    presentGroup(emulator, (await groupIn(params, 1)).group),
  );
  app.get<GroupPath & { Querystring: Record<string, string | undefined> }>(
    '/groups/:groupId/users',
    async ({ params, query }) =>
      (await groupIn(params, pageIn(query).size)).members.map((one) => ({
        ...presentPerson(one),
        _links: { self: { href: personHref(emulator, one.id) } },
      })),
  );
  app.get('/users/:id/groups', async (request, reply) => {
    const { id } = await personOf(emulator, request);
    void reply.header('link', [`<${personHref(emulator, id)}/groups?limit=200>; rel="self"`]);
    return (await groupsOf(emulator.db, id)).map((group) => presentGroup(emulator, group));
  });
  app.get('/users/:id/roles', async (request) => {
    const person = await personOf(emulator, request);
    return rolesOf(person, personHref(emulator, person.id));
  });
  app.delete('/users/:id/sessions', async (request, reply) => {
    const { id } = await personOf(emulator, request);
    await endSessions(emulator, id, says(request, 'oauthTokens'));
    return reply.code(204).send();
  });
}

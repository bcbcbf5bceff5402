import type { FastifyInstance } from 'fastify';
import type { EmulatorContext } from '../context/context.ts';
import type { Json } from '../factors/kind/kind.ts';
import { link } from '../factors/kind/link.ts';
import { policyKeys } from '../policies/authenticators.ts';
import { ENROLLMENTS, policiesIn, getSettings, type Enrollment } from '../policies/policies.ts';
import type { PolicyRow } from '../store/management.ts';
import { invalid, notFound, OktaError } from '../wire/errors.ts';
import { wireDate } from '../wire/ids.ts';
import { objectIn, optionalObject, optionalText, type Fields } from '../wire/shapes.ts';
import { readBody } from './request/call.ts';

type OfPolicy = { Params: { policyId: string } };

const enrollmentIn = (entry: Fields): Enrollment => {
  const self = optionalObject(entry['enroll'])?.['self'];
  const known = ENROLLMENTS.find((one) => one === self);
  if (!known) throw invalid('enroll', 'self: The field has an invalid value');
  return known;
};

/** Identity Engine has a list whose entries name their keys. Classic has an object with the keys as properties. */
function entriesIn({ engine }: EmulatorContext, settings: Fields): [string, Fields][] {
  if (engine === 'classic')
    return Object.entries(objectIn(settings['factors'])).map(([key, one]) => [key, objectIn(one)]);
  const list = settings['authenticators'];
  if (!Array.isArray(list)) throw new OktaError('E0000003');
  return list.map(objectIn).map((one) => [optionalText(one['key']) ?? '', one]);
}

function present(emulator: EmulatorContext, policy: PolicyRow): Json {
  const href = `${emulator.url}/api/v1/policies/${policy.id}`;
  const settings = getSettings(policy);
  const self = (key: string) => ({ enroll: { self: settings[key] ?? 'NOT_ALLOWED' } });
  const keys = policyKeys(emulator.engine).map(({ key }) => key);
  const shown =
    emulator.engine === 'oie'
      ? { type: 'AUTHENTICATORS', authenticators: keys.map((key) => ({ key, ...self(key) })) }
      : { factors: Object.fromEntries(keys.map((key) => [key, { consent: { type: 'NONE' }, ...self(key) }])) };
  return {
    type: 'MFA_ENROLL',
    id: policy.id,
    status: 'ACTIVE',
    name: policy.name,
    description: policy.description,
    priority: policy.priority,
    system: policy.system === 1,
    conditions: { people: { groups: { include: [policy.group_id] } } },
    created: wireDate(policy.created),
    lastUpdated: wireDate(policy.last_updated),
    settings: shown,
    _links: { self: link(href, 'GET', 'PUT'), rules: link(`${href}/rules`, 'GET') },
  };
}

async function getPolicy({ db }: EmulatorContext, id: string): Promise<PolicyRow> {
  const policy = (await policiesIn(db)).find((one) => one.id === id);
  if (!policy) throw notFound(id, 'Policy');
  return policy;
}

/** As at Okta, a kind that is missing in the body is not allowed. */
function readSettings(emulator: EmulatorContext, policy: PolicyRow, body: Fields): Record<string, Enrollment> {
  const keys = policyKeys(emulator.engine).map(({ key }) => key);
  const given = entriesIn(emulator, objectIn(body['settings']));
  const unknown = given.find(([key]) => !keys.includes(key));
  if (unknown) throw invalid('settings', `Invalid authenticator key: ${unknown[0]}`);
  const settings: Record<string, Enrollment> = { ...getSettings(policy) };
  for (const key of keys) settings[key] = 'NOT_ALLOWED';
  for (const [key, entry] of given) settings[key] = enrollmentIn(entry);
  return settings;
}

/** Only enrollment policies are emulated. */
export function policyRoutes(app: FastifyInstance, emulator: EmulatorContext): void {
  const { db } = emulator;
  app.get<{ Querystring: { type?: string } }>('/policies', async ({ query, url }, reply) => {
    if (query.type === undefined) throw invalid('type', 'type: The field cannot be left blank');
    if (query.type !== 'MFA_ENROLL') throw invalid('type', 'Invalid policy type specified.');
    void reply.header('link', [`<${emulator.url}${url}>; rel="self"`]);
    return (await policiesIn(db)).map((policy) => present(emulator, policy));
  });
  app.get<OfPolicy>('/policies/:policyId', async ({ params }) =>
    present(emulator, await getPolicy(emulator, params.policyId)),
  );
  app.put<OfPolicy>('/policies/:policyId', async (request) => {
    const policy = await getPolicy(emulator, request.params.policyId);
    const body = readBody(request);
    if (body['type'] !== 'MFA_ENROLL') throw invalid('type', 'Invalid policy type specified.');
    const name = optionalText(body['name'])?.trim() ?? '';
    if (name === '') throw invalid('name', 'name: The field cannot be left blank');
    const description = optionalText(body['description']) ?? policy.description;
    await db
      .updateTable('policies')
      .set({
        ...(policy.system === 0 && { name, description }),
        settings: JSON.stringify(readSettings(emulator, policy, body)),
        last_updated: emulator.clock.now(),
      })
      .where('id', '=', policy.id)
      .execute();
    return present(emulator, await getPolicy(emulator, policy.id));
  });
}

import type { FastifyInstance } from 'fastify';
import type { EmulatorContext } from '../context/context.ts';
import { emptyCall } from '../factors/about.ts';
import { enrollFactor } from '../factors/enroll.ts';
import type { Json } from '../factors/kind/kind.ts';
import { link, personHref } from '../factors/kind/link.ts';
import { getFactors, listedFactors } from '../factors/person-factors.ts';
import { deleteFactor } from '../factors/remove.ts';
import { authenticators } from '../policies/authenticators.ts';
import type { FactorRow, Person } from '../store/schema.ts';
import { invalid, notFound } from '../wire/errors.ts';
import { seededId, wireDate } from '../wire/ids.ts';
import { optionalObject, optionalText } from '../wire/shapes.ts';
import { assertIdentityEngine } from './authenticators.ts';
import { readBody } from './request/call.ts';
import { getPerson } from './request/person.ts';

type OfEnrollment = { Params: { enrollmentId: string } };
type Authenticator = (typeof authenticators)[number];

/** `row`: undefined for the password. */
type Enrollment = { id: string; authenticator: Authenticator; row?: FactorRow };

const findAuthenticator = (kind: string): Authenticator | undefined =>
  authenticators.find(({ factors }) => Object.values(factors).some((kinds) => kinds.includes(kind)));

/** At Okta, an enrollment has its factor's id. Only that of an email address has a different id. */
const getEnrollmentId = ({ id, kind }: FactorRow): string => (kind === 'email/OKTA' ? id.replace(/^emf/, 'eae') : id);

/** All factors of Okta Verify are one enrollment. */
function enrollmentsIn(rows: readonly FactorRow[], person: Person): Enrollment[] {
  const found: Enrollment[] = [];
  for (const row of rows) {
    const authenticator = findAuthenticator(row.kind);
    const again = found.some((one) => one.authenticator.key === 'okta_verify' && one.authenticator === authenticator);
    if (authenticator && row.status === 'ACTIVE' && !again)
      found.push({ id: getEnrollmentId(row), authenticator, row });
  }
  const password = authenticators.find(({ type }) => type === 'password');
  return password && person.password !== ''
    ? [...found, { id: seededId('lae', person.id), authenticator: password }]
    : found;
}

function masked(number: string): string {
  const last = number.slice(-4);
  return number.startsWith('+1')
    ? `+1 XXX-XXX-${last}`
    : `${number.slice(0, 3)} ${'X'.repeat(number.length - 7)}${last}`;
}

function present(
  emulator: EmulatorContext,
  person: Person,
  { id, authenticator, row }: Enrollment,
  disclosed: boolean,
): Json {
  const { type, key, name } = authenticator;
  const user = personHref(emulator, person.id);
  const profile = row && (JSON.parse(row.profile) as Json | null);
  const number = profile?.['phoneNumber'];
  return {
    type,
    id,
    key,
    status: 'ACTIVE',
    name,
    ...(typeof number === 'string' && { profile: { phoneNumber: disclosed ? number : masked(number) } }),
    ...(type === 'email' && { profile }),
    nickname: null,
    created: wireDate(row?.created ?? person.created),
    lastUpdated: wireDate(row?.last_updated ?? person.password_changed ?? person.created),
    _links: {
      self: link(`${user}/authenticator-enrollments/${id}`, 'GET', 'DELETE'),
      user: link(user, 'GET'),
      authenticator: link(`${emulator.url}/api/v1/authenticators/${authenticator.id}`, 'GET'),
    },
  };
}

const discloses = (query: unknown) =>
  [(query as Record<string, string | string[] | undefined>)['discloseIdentifiers']]
    .flat()
    .some((names) => names?.split(',').includes('phone'));

async function getEnrollment(emulator: EmulatorContext, person: Person, id: string): Promise<Enrollment> {
  const found = enrollmentsIn(await getFactors(emulator, emulator.db, person), person).find((one) => one.id === id);
  if (!found) throw notFound(id, 'AuthenticatorEnrollment');
  return found;
}

export function enrollmentRoutes(app: FastifyInstance, emulator: EmulatorContext): void {
  const base = '/users/:id/authenticator-enrollments';
  app.get(base, async (request) => {
    assertIdentityEngine(emulator);
    const person = await getPerson(emulator, request);
    const rows = await listedFactors(emulator, person);
    return enrollmentsIn(rows, person).map((one) => present(emulator, person, one, discloses(request.query)));
  });
  app.get<OfEnrollment>(`${base}/:enrollmentId`, async (request) => {
    assertIdentityEngine(emulator);
    const person = await getPerson(emulator, request);
    return present(
      emulator,
      person,
      await getEnrollment(emulator, person, request.params.enrollmentId),
      discloses(request.query),
    );
  });
  app.delete<OfEnrollment>(`${base}/:enrollmentId`, async (request, reply) => {
    assertIdentityEngine(emulator);
    const person = await getPerson(emulator, request);
    const { row } = await getEnrollment(emulator, person, request.params.enrollmentId);
    if (!row) throw invalid('authenticator', 'The password cannot be deleted.');
    await deleteFactor(emulator, person, row.id, { removeRecoveryEnrollment: true });
    return reply.code(204).send();
  });

  // As at Okta, the phone is verified immediately and without a code.
  app.post(`${base}/phone`, async (request) => {
    assertIdentityEngine(emulator);
    const person = await getPerson(emulator, request);
    const { authenticatorId, profile } = readBody(request);
    const phone = authenticators.find(({ type }) => type === 'phone');
    if (optionalText(authenticatorId) !== phone?.id) throw invalid('authenticatorId', 'Invalid authenticator.');
    const phoneNumber = optionalText(optionalObject(profile)?.['phoneNumber']) ?? '';
    const call = emptyCall({ factorType: 'sms', provider: 'OKTA', profile: { phoneNumber } });
    const { id } = await enrollFactor(emulator, person, { ...call, query: { ...call.query, activate: true } });
    return present(emulator, person, await getEnrollment(emulator, person, String(id)), false);
  });
  // The org has no temporary access codes.
  app.post(`${base}/tac`, async (request) => {
    assertIdentityEngine(emulator);
    await getPerson(emulator, request);
    readBody(request);
    throw invalid('authenticatorId', 'Invalid authenticator.');
  });
}

import type { EmulatorContext } from '../../context/context.ts';
import { passwordColumns, PASSWORD_RULE, meetsPolicy, recoveryColumns } from '../../people/credentials.ts';
import { groupWithId } from '../../people/groups.ts';
import { addPerson, newPerson, newPersonId, updatePerson } from '../../people/people.ts';
import { toColumns, getProfile, type ProfileColumns } from '../../people/profile.ts';
import type { Person } from '../../store/schema.ts';
import { invalid, notFound, OktaError } from '../../wire/errors.ts';
import { objectIn, optionalObject, optionalText, textsIn, type Fields } from '../../wire/shapes.ts';

type Credentials = { password: string | undefined; recovery: { question: string; answer: string } | undefined };

/** `password: {}`, or a question without an answer, changes nothing: clients send back what they have read. */
export function credentialsIn(credentials: Fields | undefined): Credentials & { provider: Fields | undefined } {
  const recovery = optionalObject(credentials?.['recovery_question']);
  const [question, answer] = [optionalText(recovery?.['question']), optionalText(recovery?.['answer'])];
  return {
    password: optionalText(optionalObject(credentials?.['password'])?.['value']),
    recovery: answer === undefined ? undefined : { question: question ?? '', answer },
    provider: optionalObject(credentials?.['provider']),
  };
}

async function credentialColumns(
  emulator: EmulatorContext,
  { password, recovery }: Credentials,
  login: string,
): Promise<Partial<Person>> {
  if (password !== undefined && !meetsPolicy(password, login)) throw invalid('password', PASSWORD_RULE);
  assertRecovery(recovery);
  return {
    ...(password !== undefined && (await passwordColumns(emulator, password))),
    ...(recovery && (await recoveryColumns(emulator, recovery))),
  };
}

export function assertRecovery(recovery: Credentials['recovery']): void {
  if (!recovery) return;
  if (recovery.question.trim() === '') throw invalid('recovery_question', 'question: The field cannot be left blank');
  if (recovery.answer.trim().length < 4)
    throw invalid('recovery_question', 'The security question answer must be at least 4 characters in length');
}

/** Throws E0000001 if another person has this login. Logins are compared without case. */
async function assertFree(db: EmulatorContext['db'], login: string, personId?: string): Promise<void> {
  const other = await db.selectFrom('people').select('id').where('login', '=', login).executeTakeFirst();
  if (other && other.id !== personId)
    throw invalid('login', 'login: An object with this field already exists in the current organization');
}

const PROVIDERS = ['OKTA', 'ACTIVE_DIRECTORY', 'LDAP', 'FEDERATION', 'SOCIAL', 'IMPORT'];

function providerColumn(provider: Fields | undefined): Partial<Person> {
  const [type, name] = [optionalText(provider?.['type']), optionalText(provider?.['name'])];
  if (type === undefined) return {};
  if (!PROVIDERS.includes(type)) throw invalid('provider', 'type: The field has an invalid value');
  return { provider: JSON.stringify({ type, name: name ?? type }) };
}

/** `provider`: whether the query says that the body names a provider. */
export type Creation = { body: Fields; activate: boolean; provider: boolean; nextLogin: string | undefined };

/** Without a password and without another provider, an activated person is PROVISIONED. */
export async function createPerson(
  emulator: EmulatorContext,
  { body, activate, provider: external, nextLogin }: Creation,
): Promise<Person> {
  const columns = toColumns(optionalObject(body['profile']) ?? {}, 'newUser');
  const { provider, ...credentials } = credentialsIn(optionalObject(body['credentials']));
  const groupIds = textsIn(body['groupIds']);
  const expired = nextLogin === 'changePassword';
  if (expired && credentials.password === undefined) throw new OktaError('E0000124');
  if (expired && !activate) throw new OktaError('E0000125');
  await assertFree(emulator.db, columns.login);
  const secrets = await credentialColumns(emulator, credentials, columns.login);
  const provided = providerColumn(external ? provider : undefined);
  const signsIn = credentials.password !== undefined || /"(FEDERATION|SOCIAL)"/.test(provided.provider ?? '');
  const created = emulator.clock.now();
  const activated = signsIn ? (expired ? 'PASSWORD_EXPIRED' : 'ACTIVE') : 'PROVISIONED';
  const person = newPerson({
    id: newPersonId(emulator),
    created,
    ...columns,
    ...secrets,
    ...provided,
    ...(activate && { status: activated, activated: created }),
  });
  return emulator.db.transaction().execute(async (tx) => {
    await assertFree(tx, columns.login);
    for (const id of groupIds) {
      const group = await groupWithId(tx, id);
      if (!group) throw notFound(id, 'UserGroup');
    }
    await addPerson(emulator, tx, person, groupIds);
    return person;
  });
}

/** `POST` keeps attributes that the body does not name. `PUT` deletes them. */
export async function changePerson(
  emulator: EmulatorContext,
  person: Person,
  body: Fields,
  { whole }: { whole: boolean },
): Promise<void> {
  if (person.status === 'DEPROVISIONED') throw new OktaError('E0000038');
  const given = optionalObject(body['profile']);
  const kept = whole ? {} : getProfile(person);
  const columns: ProfileColumns | undefined =
    given || whole ? toColumns({ ...kept, ...(whole ? objectIn(given) : given) }, 'user') : undefined;
  const { login } = columns ?? person;
  const secrets = await credentialColumns(emulator, credentialsIn(optionalObject(body['credentials'])), login);
  await emulator.db.transaction().execute(async (tx) => {
    await assertFree(tx, login, person.id);
    await updatePerson(emulator, tx, person.id, { ...columns, ...secrets });
  });
}

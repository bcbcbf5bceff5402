import { e164 } from '../factors/phones/number.ts';
import type { SeededFactor } from '../factors/tokens/seed.ts';
import { questionProfile } from '../factors/question/kind.ts';
import { meetsPolicy, PASSWORD_RULE } from '../people/credentials.ts';
import { columnsOf, type ProfileColumns } from '../people/profile.ts';
import { PERSON_STATUSES, type PersonStatus } from '../store/schema.ts';
import { decodeBase32 } from '../wire/base32.ts';
import { OktaError } from '../wire/errors.ts';
import { objectIn, optionalText, textsIn, type Fields } from '../wire/shapes.ts';

/** Somebody from a file; without `password` they have the demo people's. */
export type FilePerson = {
  profile: ProfileColumns;
  status: PersonStatus;
  password: string | undefined;
  /** Names of groups. */
  groups: readonly string[];
  factors: readonly SeededFactor[];
  /** Whether they have Okta Verify on a phone. */
  oktaVerify: boolean;
};
export type Crowd = { groups: readonly { name: string; description: string }[]; people: readonly FilePerson[] };

class Fault extends Error {}

/** Runs `read`, and names the entry in what it throws. */
function at<T>(entry: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof Fault) throw error;
    if (!(error instanceof OktaError)) throw error;
    throw new Fault(`${entry}: ${error.causes.join('; ') || 'is of another form than the emulator reads'}`);
  }
}

const fault = (entry: string, what: string) => new Fault(`${entry}: ${what}`);

function listIn(value: unknown, entry: string): unknown[] {
  if (value !== undefined && !Array.isArray(value)) throw fault(entry, 'is a list');
  return value ?? [];
}

/** The factors that a file can give somebody, by their names on the wire. */
function factorIn(given: Fields, entry: string, email: string): SeededFactor | 'Okta Verify' {
  const kind = `${optionalText(given['factorType'])}/${optionalText(given['provider']) ?? 'OKTA'}`;
  const profile = given['profile'] === undefined ? {} : objectIn(given['profile']);
  if (kind === 'push/OKTA') return 'Okta Verify';
  if (kind === 'email/OKTA') return { kind, profile: { email }, secret: null };
  if (kind === 'sms/OKTA' || kind === 'call/OKTA') {
    const phoneNumber = e164(profile['phoneNumber']);
    if (!phoneNumber) throw fault(`${entry}.profile.phoneNumber`, 'is a phone number');
    return { kind, profile: { phoneNumber }, secret: null };
  }
  if (kind === 'question/OKTA') {
    const question = questionProfile(profile);
    if (!question) throw fault(`${entry}.profile`, 'has a question of Okta’s and an answer of four characters');
    return { kind, ...question };
  }
  if (kind === 'token:software:totp/GOOGLE' || kind === 'token:software:totp/OKTA') {
    const text = optionalText(profile['sharedSecret']);
    const secret = text === undefined ? undefined : decodeBase32(text);
    if (text !== undefined && (!secret || secret.length < 10))
      throw fault(`${entry}.profile.sharedSecret`, 'has 16 characters of base32 or more');
    return { kind, ...(secret && { secret }) };
  }
  throw fault(entry, `a file cannot give the factor ${kind}`);
}

function personIn(value: unknown, entry: string): FilePerson {
  const { password, status, groups, factors, ...profile } = objectIn(value);
  const columns = columnsOf({ email: profile['login'], ...profile }, 'newUser');
  const secret = optionalText(password);
  if (secret !== undefined && !meetsPolicy(secret, columns.login)) throw fault(`${entry}.password`, PASSWORD_RULE);
  const known = PERSON_STATUSES.find((one) => one === (status ?? 'ACTIVE'));
  if (!known) throw fault(`${entry}.status`, `is one of ${PERSON_STATUSES.join(', ')}`);
  const read = listIn(factors, `${entry}.factors`).map((one, index) => {
    const name = `${entry}.factors[${index}]`;
    return at(name, () => factorIn(objectIn(one), name, columns.email));
  });
  const own = read.filter((one) => one !== 'Okta Verify');
  return {
    profile: columns,
    status: known,
    password: secret,
    groups: at(`${entry}.groups`, () => textsIn(groups)),
    factors: own,
    oktaVerify: own.length < read.length,
  };
}

/**
 * Reads a file of people, groups and factors: `{groups: [{name, description}], people: [{login, firstName, lastName, …,
 * password, status, groups, factors: [{factorType, provider, profile}]}]}`. A group that only a person names is created.
 * @throws an Error that names the entry at fault
 */
export function readCrowd(text: string): Crowd {
  let file: unknown;
  try {
    file = JSON.parse(text);
  } catch (error) {
    throw new Fault(`is not JSON: ${(error as Error).message}`, { cause: error });
  }
  const { groups, people } = at('the file', () => objectIn(file));
  const named = listIn(groups, 'groups').map((one, index) => {
    const entry = `groups[${index}]`;
    return at(entry, () => {
      const { name, description } = objectIn(one);
      const read = optionalText(name)?.trim() ?? '';
      if (read === '') throw fault(`${entry}.name`, 'is missing');
      return { name: read, description: optionalText(description) ?? '' };
    });
  });
  const logins = new Map<string, string>();
  const read = listIn(people, 'people').map((one, index) => {
    const entry = `people[${index}]`;
    const person = at(entry, () => personIn(one, entry));
    const login = person.profile.login.toLowerCase();
    const first = logins.get(login);
    if (first !== undefined) throw fault(`${entry}.login`, `${login} is ${first} already`);
    logins.set(login, entry);
    return person;
  });
  return { groups: named, people: read };
}

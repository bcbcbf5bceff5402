import { invalid } from '../wire/errors.ts';
import type { Person } from '../store/schema.ts';

/** Okta's names. A missing attribute is the same as null. */
export type Profile = Record<string, unknown>;

export const COLUMNS = {
  firstName: 'first_name',
  lastName: 'last_name',
  mobilePhone: 'mobile_phone',
  secondEmail: 'second_email',
  login: 'login',
  email: 'email',
} as const satisfies Record<string, keyof Person>;
type Column = keyof typeof COLUMNS;

const REQUIRED = ['login', 'email', 'firstName', 'lastName'] as const satisfies Column[];
const names = Object.keys(COLUMNS) as Column[];

/** Further attributes of Okta's default schema, and one that the org added: `age`. */
export const ATTRIBUTES: Readonly<Record<string, 'string' | 'number'>> = Object.fromEntries([
  ...[
    ...['middleName', 'honorificPrefix', 'honorificSuffix', 'title', 'displayName', 'nickName', 'profileUrl'],
    ...['primaryPhone', 'streetAddress', 'city', 'state', 'zipCode', 'countryCode', 'postalAddress'],
    ...['preferredLanguage', 'locale', 'timezone', 'userType', 'employeeNumber', 'costCenter', 'organization'],
    ...['division', 'department', 'managerId', 'manager'],
  ].map((name) => [name, 'string'] as const),
  ['age', 'number'] as const,
]);

export type ProfileColumns = Pick<Person, (typeof COLUMNS)[Column] | 'attributes'>;

/** Returns attributes in Okta's order. Those without a value are left out, except `mobilePhone` and `secondEmail`. */
export function getProfile(person: ProfileColumns): Profile {
  const { first_name: firstName, last_name: lastName, mobile_phone: mobilePhone, second_email: secondEmail } = person;
  const others = JSON.parse(person.attributes) as Profile;
  return { firstName, lastName, mobilePhone, ...others, secondEmail, login: person.login, email: person.email };
}

const ADDRESS = /^[^\s@]+@[^\s@]+$/;

function faultIn(name: string, value: unknown): string | undefined {
  const required = REQUIRED.some((one) => one === name);
  if (value === null || value === undefined || value === '')
    return required ? `${name}: The field cannot be left blank` : undefined;
  const type = ATTRIBUTES[name] ?? 'string';
  if (typeof value !== type) return `${name}: The field has to be of type ${type}`;
  if (typeof value !== 'string') return undefined;
  if (name === 'login' && !ADDRESS.test(value)) return 'login: Username must be in the form of an email address';
  if (/email$/i.test(name) && !ADDRESS.test(value)) return `${name}: Does not match required pattern`;
  return value.length > 100 ? `${name}: The field cannot exceed 100 characters` : undefined;
}

/** @throws E0000001 with a cause for each invalid attribute */
export function toColumns(profile: Profile, object: 'newUser' | 'user'): ProfileColumns {
  const unknown = Object.keys(profile).filter(
    (name) => !Object.hasOwn(COLUMNS, name) && !Object.hasOwn(ATTRIBUTES, name),
  );
  if (unknown.length > 0)
    throw invalid(object, ...unknown.map((name) => `Property name '${name}' is not defined in profile`));
  const faults = [...names, ...Object.keys(ATTRIBUTES)]
    .map((name) => faultIn(name, profile[name]))
    .filter((fault) => fault !== undefined);
  if (faults[0] !== undefined) throw invalid(faults[0].slice(0, faults[0].indexOf(':')), ...faults);
  const text = (name: Column) => profile[name] as string;
  const others = Object.keys(ATTRIBUTES).filter((name) => (profile[name] ?? '') !== '');
  return {
    login: text('login'),
    email: text('email'),
    first_name: text('firstName'),
    last_name: text('lastName'),
    second_email: text('secondEmail') || null,
    mobile_phone: text('mobilePhone') || null,
    attributes: JSON.stringify(Object.fromEntries(others.map((name) => [name, profile[name]]))),
  };
}

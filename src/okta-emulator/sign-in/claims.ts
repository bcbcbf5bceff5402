import type { EmulatorContext } from '../context/context.ts';
import { seededId } from '../wire/ids.ts';
import { listGroups } from '../people/groups.ts';
import type { Person } from '../store/schema.ts';

export const claimsByScope = {
  openid: ['sub', 'ver', 'idp', 'jti', 'amr'],
  profile: ['name', 'preferred_username', 'given_name', 'family_name', 'locale', 'zoneinfo', 'updated_at'],
  email: ['email', 'email_verified'],
  groups: ['groups'],
};

export const scopes = [...Object.keys(claimsByScope), 'offline_access'];

/** Of the `profile` claims, an ID token that Okta issues with an access token has only name and login. */
export async function idTokenClaims(
  emulator: EmulatorContext,
  person: Person,
): Promise<{ sub: string; [claim: string]: unknown }> {
  return {
    sub: person.id,
    ver: 1,
    idp: seededId('00o', 'Example'),
    jti: `ID.${emulator.random(32).toString('base64url')}`,
    name: `${person.first_name} ${person.last_name}`,
    preferred_username: person.login,
    email: person.email,
    groups: (await listGroups(emulator.db, person.id)).map((group) => group.name),
  };
}

export async function userinfoClaims(
  emulator: EmulatorContext,
  person: Person,
  granted: readonly string[],
): Promise<Record<string, unknown>> {
  return {
    sub: person.id,
    ...(granted.includes('profile') && {
      name: `${person.first_name} ${person.last_name}`,
      preferred_username: person.login,
      given_name: person.first_name,
      family_name: person.last_name,
      locale: 'en-US',
      zoneinfo: 'America/Los_Angeles',
      updated_at: Math.floor(person.last_updated / 1000),
    }),
    ...(granted.includes('email') && { email: person.email, email_verified: true }),
    ...(granted.includes('groups') && {
      groups: (await listGroups(emulator.db, person.id)).map((group) => group.name),
    }),
  };
}

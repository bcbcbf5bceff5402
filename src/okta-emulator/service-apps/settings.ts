import { API_SCOPES, type ApiToken } from '../api/request/access.ts';
import type { ServiceApp } from './app.ts';

const ROLES = ['SUPER_ADMIN', 'HELP_DESK_ADMIN', 'READ_ONLY_ADMIN'] as const;

type Fields = Record<string, unknown>;

function listIn(text: string): Fields[] | undefined {
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) && list.every((one) => typeof one === 'object' && one !== null && !Array.isArray(one))
      ? list
      : undefined;
  } catch {
    return undefined;
  }
}

const texts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((one) => typeof one === 'string' && one !== '');
const roleIn = (value: unknown) => ROLES.find((role) => role === value);
/** Only a helpdesk has groups, since they limit its rights. */
const groupsFit = (role: unknown, groups: unknown) =>
  role === 'HELP_DESK_ADMIN' ? texts(groups) && groups.length > 0 : groups === undefined;

/** Reads `EMULATOR_API_TOKENS`, a JSON list of `{token, role, groups}`; undefined when it is invalid. */
export function readApiTokens(text: string): ApiToken[] | undefined {
  const list = listIn(text)?.map(({ token, role, groups }) => {
    const known = roleIn(role);
    const fits = known && typeof token === 'string' && /^[\x21-\x7e]{16,}$/.test(token) && groupsFit(role, groups);
    return fits ? { token, role: known, ...(texts(groups) && { groups }) } : undefined;
  });
  return list?.every((one) => one !== undefined) ? list : undefined;
}

/**
 * Reads `EMULATOR_SERVICE_APPS`, a JSON list of `{clientId, jwks, scopes, role, groups, dpop}`; undefined when it is
 * invalid.
 */
export function readServiceApps(text: string): ServiceApp[] | undefined {
  const list = listIn(text)?.map(({ clientId, jwks, scopes, role, groups, dpop = false }) => {
    const { keys } = (jwks ?? {}) as { keys?: unknown };
    const granted = texts(scopes) ? API_SCOPES.filter((scope) => scopes.includes(scope)) : [];
    const keyed =
      Array.isArray(keys) &&
      keys.length > 0 &&
      keys.every((key: Fields | null) => typeof key?.kty === 'string' && key.d === undefined);
    const known = role === undefined || (roleIn(role) !== undefined && groupsFit(role, groups));
    if (
      typeof clientId !== 'string' ||
      clientId === '' ||
      !keyed ||
      typeof dpop !== 'boolean' ||
      !known ||
      granted.length === 0 ||
      granted.length !== (scopes as unknown[]).length
    )
      return undefined;
    return {
      clientId,
      jwks: { keys } as ServiceApp['jwks'],
      scopes: granted,
      dpop,
      role: roleIn(role),
      ...(texts(groups) && { groups }),
    };
  });
  return list?.every((one) => one !== undefined) ? list : undefined;
}

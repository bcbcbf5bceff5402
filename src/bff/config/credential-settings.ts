import type { Credential } from '#okta/transport/credential.ts';
import { readPrivateKey } from '#okta/transport/service-app.ts';
import { readSecret } from '../platform/env/secret-file.ts';
import { SettingFileError } from '../platform/env/setting-file.ts';

type Settings = {
  OKTA_API_TOKEN?: string | undefined;
  OKTA_SERVICE_CLIENT_ID?: string | undefined;
  OKTA_SERVICE_PRIVATE_KEY?: string | undefined;
};

/** Okta issues no token if the app lacks one of the requested scopes. */
const portalScopes = ['okta.users.read', 'okta.users.manage'];
/** The helpdesk must recognize administrators, because they are privileged. */
const helpdeskScopes = ['okta.roles.read'];

/** Returns null if it added a fault. */
export function readCredential(
  { OKTA_API_TOKEN: token, OKTA_SERVICE_CLIENT_ID: clientId, OKTA_SERVICE_PRIVATE_KEY: key }: Settings,
  faults: string[],
  helpdesk: boolean,
  warnings: string[] = [],
): Credential | null {
  if (clientId === undefined && key === undefined) {
    if (token !== undefined) return { kind: 'ssws', token };
    // The parser has already added a fault for a malformed token.
    if (faults.some((one) => one.startsWith('OKTA_API_TOKEN '))) return null;
    faults.push(
      'OKTA_API_TOKEN is missing: create one at Okta under Security > API > Tokens, or set OKTA_SERVICE_CLIENT_ID and OKTA_SERVICE_PRIVATE_KEY for a service app',
    );
    return null;
  }
  if (token !== undefined) faults.push('OKTA_API_TOKEN and a service app are both set: keep one of them');
  if (clientId === undefined)
    faults.push('OKTA_SERVICE_CLIENT_ID is missing: it is the client id of the API Services app at Okta');
  const privateKey = parsePrivateKey(key, faults, warnings);
  const scopes = helpdesk ? [...portalScopes, ...helpdeskScopes] : portalScopes;
  return token === undefined && clientId !== undefined && privateKey !== null
    ? { kind: 'private-key', clientId, privateKey, scopes }
    : null;
}

/** The value is a JWK, PEM text (line ends may be written as `\n`), or a file's path with or without `@`. */
function parsePrivateKey(
  value: string | undefined,
  faults: string[],
  warnings: string[],
): Record<string, unknown> | string | null {
  const fault = (what: string) => {
    faults.push(`OKTA_SERVICE_PRIVATE_KEY ${what}`);
    return null;
  };
  if (value === undefined)
    return fault(
      'is missing: generate a key at Okta in the API Services app (Public keys > Add key), and name its file',
    );
  let text: string;
  try {
    text = isWritten(value)
      ? value.replaceAll('\\n', '\n').trim()
      : readSecret(`@${value.replace(/^@/, '')}`, (what) => warnings.push(`OKTA_SERVICE_PRIVATE_KEY ${what}`))!;
  } catch (error) {
    return fault(error instanceof SettingFileError ? error.message : 'names a file that cannot be read');
  }
  try {
    const privateKey = text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : text;
    readPrivateKey(privateKey);
    return privateKey;
  } catch (error) {
    // The message of a `JSON.parse` error may contain the key.
    return fault(error instanceof TypeError ? `is of no use: ${error.message}` : 'is no JSON');
  }
}

const isWritten = (value: string) => /^\s*(?:\{|-----BEGIN )/.test(value);

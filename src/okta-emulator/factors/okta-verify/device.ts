import { generateKeyPairSync } from 'node:crypto';
import type { Person } from '../../store/schema.ts';
import type { Json } from '../kind/kind.ts';

type Key = { kid: string; jwkType?: string };

/** The format of a device's keys (RFC 7517, RFC 7518 section 6.2). */
function publicKey({ kid, jwkType }: Key): Json {
  const { publicKey: key } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { kty, crv, x, y } = key.export({ format: 'jwk' });
  return { kty, use: 'sig', kid, ...(jwkType && { jwkType }), crv, x, y };
}

const phone = (person: Person): Json => ({
  credentialId: person.login,
  deviceType: 'SmartPhone_IPhone',
  name: `${person.first_name}'s phone`,
  platform: 'IOS',
  version: '18.1',
});

export function pushProfile(person: Person): Json {
  const { credentialId, deviceType, ...rest } = phone(person);
  return { credentialId, deviceType, keys: [publicKey({ kid: 'default' })], ...rest };
}

export function fastPassProfile(person: Person): Json {
  const kinds = ['proofOfPossession', 'userVerification', 'userVerificationBioOrPin'];
  return { ...phone(person), keys: kinds.map((jwkType) => publicKey({ kid: jwkType, jwkType })) };
}

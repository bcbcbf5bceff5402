import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import { isoCBOR } from '@simplewebauthn/server/helpers';

const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest();

/** The parts of a key's answer that a test can make wrong. */
export type Tampering = Partial<{
  origin: string;
  rpId: string;
  type: string;
  challenge: string;
  crossOrigin: boolean;
  counter: number;
  flags: number;
  alg: number;
}>;

type Bases = 'base64' | 'base64url';

/** Returns the key in COSE format. */
function encodePublicKey(publicKey: KeyObject, alg: number): Uint8Array {
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  return isoCBOR.encode(
    new Map<number, number | Uint8Array>([
      [1, 2],
      [3, alg],
      [-1, 1],
      [-2, new Uint8Array(Buffer.from(x, 'base64url'))],
      [-3, new Uint8Array(Buffer.from(y, 'base64url'))],
    ]),
  );
}

/** Has ES256 and attestation `none` (WebAuthn sections 6.1, 6.3). */
export function createSecurityKey({
  origin = 'http://localhost:3000',
  rpId = 'localhost',
  aaguid = '00000000-0000-0000-0000-000000000000',
} = {}) {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const id = randomBytes(32);
  let counter = 0;

  const clientData = (type: string, challenge: string, tampering: Tampering): Buffer =>
    Buffer.from(
      JSON.stringify({
        type: tampering.type ?? type,
        challenge: tampering.challenge ?? challenge,
        origin: tampering.origin ?? origin,
        crossOrigin: tampering.crossOrigin ?? false,
      }),
    );

  const header = (flags: number, tampering: Tampering): Buffer => {
    const count = Buffer.alloc(4);
    count.writeUInt32BE(tampering.counter ?? (counter += 1));
    return Buffer.concat([sha256(tampering.rpId ?? rpId), Buffer.from([tampering.flags ?? flags]), count]);
  };

  return {
    id: id.toString('base64url'),
    /** Returns the body of a request that activates it. */
    register(challenge: string, tampering: Tampering = {}, base: Bases = 'base64') {
      const length = Buffer.from([0, id.length]);
      const authData = Buffer.concat([
        header(0x41, tampering),
        Buffer.from(aaguid.replaceAll('-', ''), 'hex'),
        length,
        id,
        encodePublicKey(publicKey, tampering.alg ?? -7),
      ]);
      const attestation = isoCBOR.encode(
        new Map<string, unknown>([
          ['fmt', 'none'],
          ['attStmt', new Map()],
          ['authData', new Uint8Array(authData)],
        ]) as never,
      );
      return {
        attestation: Buffer.from(attestation).toString(base),
        clientData: clientData('webauthn.create', challenge, tampering).toString(base),
      };
    },
    /** Returns the body of a request that verifies the key. */
    assert(challenge: string, tampering: Tampering = {}, base: Bases = 'base64') {
      const data = clientData('webauthn.get', challenge, tampering);
      const authenticatorData = header(0x01, tampering);
      const signature = sign('sha256', Buffer.concat([authenticatorData, sha256(data)]), privateKey);
      return {
        clientData: data.toString(base),
        authenticatorData: authenticatorData.toString(base),
        signatureData: signature.toString(base),
      };
    },
  };
}

export type SecurityKey = ReturnType<typeof createSecurityKey>;

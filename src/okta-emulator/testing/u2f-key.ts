import { createHash, generateKeyPairSync, randomBytes, sign, type KeyPairKeyObjectResult } from 'node:crypto';

const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest();

/** The parts are tag, length and content. */
function der(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const length =
    content.length < 0x80
      ? Buffer.from([content.length])
      : Buffer.from([0x82, content.length >> 8, content.length & 0xff]);
  return Buffer.concat([Buffer.from([tag]), length, content]);
}

const oid = (hex: string) => der(0x06, Buffer.from(hex, 'hex'));
const ecdsaWithSha256 = der(0x30, oid('2a8648ce3d040302'));
const name = der(0x30, der(0x31, der(0x30, oid('550403'), der(0x0c, Buffer.from('A test key')))));
const validity = der(0x30, der(0x17, Buffer.from('200101000000Z')), der(0x17, Buffer.from('450101000000Z')));

/** The parts of a key's answer that a test can make wrong. */
export type U2fTampering = Partial<{
  typ: string;
  challenge: string;
  origin: string;
  counter: number;
  presence: number;
  appId: string;
}>;

function createCertificate({ publicKey, privateKey }: KeyPairKeyObjectResult): Buffer {
  const body = der(
    0x30,
    der(0x02, Buffer.from([1])),
    ecdsaWithSha256,
    name,
    validity,
    name,
    publicKey.export({ format: 'der', type: 'spki' }),
  );
  return der(0x30, body, ecdsaWithSha256, der(0x03, Buffer.from([0]), sign('sha256', body, privateKey)));
}

/** FIDO U2F Raw Message Formats. */
export function createU2fKey(origin = 'http://localhost:3000') {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const attester = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { x = '', y = '' } = pair.publicKey.export({ format: 'jwk' });
  const point = Buffer.concat([Buffer.from([4]), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]);
  const handle = randomBytes(64);
  let counter = 0;

  const clientData = (typ: string, challenge: string, tampering: U2fTampering) =>
    Buffer.from(
      JSON.stringify({
        typ: tampering.typ ?? typ,
        challenge: tampering.challenge ?? challenge,
        origin: tampering.origin ?? origin,
      }),
    );

  return {
    handle: handle.toString('base64url'),
    register(nonce: string, tampering: U2fTampering = {}) {
      const client = clientData('navigator.id.finishEnrollment', nonce, tampering);
      const signed = Buffer.concat([
        Buffer.from([0]),
        sha256(tampering.appId ?? tampering.origin ?? origin),
        sha256(client),
        handle,
        point,
      ]);
      const data = Buffer.concat([
        Buffer.from([5]),
        point,
        Buffer.from([handle.length]),
        handle,
        createCertificate(attester),
        sign('sha256', signed, attester.privateKey),
      ]);
      return { registrationData: data.toString('base64url'), clientData: client.toString('base64url') };
    },
    answer(nonce: string, tampering: U2fTampering = {}) {
      const client = clientData('navigator.id.getAssertion', nonce, tampering);
      const head = Buffer.alloc(5);
      head.writeUInt8(tampering.presence ?? 1, 0);
      head.writeUInt32BE(tampering.counter ?? (counter += 1), 1);
      const signature = sign(
        'sha256',
        Buffer.concat([sha256(tampering.appId ?? tampering.origin ?? origin), head, sha256(client)]),
        pair.privateKey,
      );
      return {
        signatureData: Buffer.concat([head, signature]).toString('base64url'),
        clientData: client.toString('base64url'),
      };
    },
  };
}

import { X509Certificate, createHash, createPublicKey, verify, type KeyObject } from 'node:crypto';
import type { Json } from '../kind/kind.ts';
import { originFits } from '../webauthn/rp.ts';

/** `publicKey`: an uncompressed P-256 point. */
export type U2fKey = { keyHandle: string; publicKey: string; counter: number };

export type Expected = { nonce: string; rpId: string };

const sha256 = (data: Buffer | string) => createHash('sha256').update(data).digest();

const bytes = (value: unknown) =>
  typeof value === 'string' && /^[A-Za-z0-9+/_-]+={0,2}$/.test(value) ? Buffer.from(value, 'base64') : undefined;

/** The origin is used as the app id. Undefined if page, type or nonce do not match. */
function clientOrigin(data: Buffer, typ: string, { nonce, rpId }: Expected): string | undefined {
  const { typ: given, challenge, origin } = JSON.parse(data.toString()) as Json;
  return given === typ && challenge === nonce && originFits(origin, rpId) ? origin : undefined;
}

function pointKey(point: Buffer): KeyObject {
  const [x, y] = [point.subarray(1, 33), point.subarray(33, 65)].map((half) => half.toString('base64url'));
  return createPublicKey({ format: 'jwk', key: { kty: 'EC', crv: 'P-256', x, y } });
}

/** The length of the leading DER structure. The certificate has no other length field. */
function derLength(data: Buffer): number {
  const first = data[1] ?? 0;
  if (first < 0x80) return 2 + first;
  const count = first & 0x7f;
  return 2 + count + data.readUIntBE(2, count);
}

/** FIDO U2F Raw Message Formats, section 4.3. Undefined for an invalid registration, an Error for unreadable input. */
export function u2fRegistered(body: Json, expected: Expected): U2fKey | undefined {
  const [client, data] = [bytes(body.clientData), bytes(body.registrationData)];
  const origin = client && clientOrigin(client, 'navigator.id.finishEnrollment', expected);
  if (!client || !data || origin === undefined || data[0] !== 0x05) return undefined;
  const point = data.subarray(1, 66);
  const handleEnd = 67 + (data[66] ?? 0);
  const handle = data.subarray(67, handleEnd);
  const rest = data.subarray(handleEnd);
  const certificate = rest.subarray(0, derLength(rest));
  const signed = Buffer.concat([Buffer.from([0]), sha256(origin), sha256(client), handle, point]);
  const signature = rest.subarray(certificate.length);
  if (handle.length === 0 || !verify('sha256', signed, new X509Certificate(certificate).publicKey, signature))
    return undefined;
  pointKey(point);
  return { keyHandle: handle.toString('base64url'), publicKey: point.toString('base64url'), counter: 0 };
}

/** FIDO U2F Raw Message Formats, section 5.4. Refuses a counter that has not grown, because the key may be a copy. */
export function u2fSigned(body: Json, key: U2fKey, expected: Expected): U2fKey | undefined {
  const [client, data] = [bytes(body.clientData), bytes(body.signatureData)];
  const origin = client && clientOrigin(client, 'navigator.id.getAssertion', expected);
  if (!client || !data || origin === undefined || data.length < 6 || ((data[0] ?? 0) & 1) === 0) return undefined;
  const counter = data.readUInt32BE(1);
  const signed = Buffer.concat([sha256(origin), data.subarray(0, 5), sha256(client)]);
  const right = verify('sha256', signed, pointKey(Buffer.from(key.publicKey, 'base64url')), data.subarray(5));
  return right && counter > key.counter ? { ...key, counter } : undefined;
}

import { createCipheriv, createDecipheriv } from 'node:crypto';

/** `counter`: the use counter times 256, plus the presses in this use. */
export type YubikeyCode = { publicId: string; privateId: Buffer; counter: number };

const MODHEX = 'cbdefghijklnrtuv';
const HEX = '0123456789abcdef';

/** The letters of modhex are in the same place on all keyboards. */
const toModhex = (bytes: Buffer) => bytes.toString('hex').replaceAll(/./g, (digit) => MODHEX[HEX.indexOf(digit)] ?? '');
const fromModhex = (text: string) =>
  Buffer.from(
    text.replaceAll(/./g, (letter) => HEX[MODHEX.indexOf(letter)] ?? ''),
    'hex',
  );

/** CRC-16 of ISO 13239. The result is 0xf0b8 for a token with a right checksum. */
function crc16(bytes: Buffer): number {
  let crc = 0xffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x8408 : crc >>> 1;
  }
  return crc;
}

/** The first 12 characters. Undefined if the text is not a YubiKey code. */
export function readPublicId(text: string): string | undefined {
  return /^[cbdefghijklnrtuv]{44}$/.test(text) ? text.slice(0, 12) : undefined;
}

/** Yubico OTP: AES-128, one block. Undefined for an invalid code, or a code of another key (wrong checksum). */
export function readYubikey(text: string, aesKey: Buffer): YubikeyCode | undefined {
  const publicId = readPublicId(text);
  if (publicId === undefined) return undefined;
  const cipher = createDecipheriv('aes-128-ecb', aesKey, null).setAutoPadding(false);
  const block = Buffer.concat([cipher.update(fromModhex(text.slice(12))), cipher.final()]);
  if (crc16(block) !== 0xf0b8) return undefined;
  return { publicId, privateId: block.subarray(0, 6), counter: block.readUInt16LE(6) * 256 + (block[11] ?? 0) };
}

/** `noise`: 5 bytes, in which a key puts its clock and random data. */
export function typeYubikey({ publicId, privateId, counter }: YubikeyCode, aesKey: Buffer, noise: Buffer): string {
  const block = Buffer.alloc(16);
  privateId.copy(block, 0);
  block.writeUInt16LE(Math.floor(counter / 256), 6);
  noise.copy(block, 8, 0, 3);
  block.writeUInt8(counter % 256, 11);
  noise.copy(block, 12, 3, 5);
  block.writeUInt16LE(~crc16(block.subarray(0, 14)) & 0xffff, 14);
  const cipher = createCipheriv('aes-128-ecb', aesKey, null).setAutoPadding(false);
  return `${publicId}${toModhex(Buffer.concat([cipher.update(block), cipher.final()]))}`;
}

export const publicIdFrom = (bytes: Buffer): string => toModhex(bytes);

import { createCipheriv, createDecipheriv } from 'node:crypto';

/** What a YubiKey types holds these, encrypted. `counter` is the use counter times 256 and the presses of this use. */
export type YubikeyCode = { publicId: string; privateId: Buffer; counter: number };

const MODHEX = 'cbdefghijklnrtuv';
const HEX = '0123456789abcdef';

/** The keys' own way to write hexadecimal digits, by letters that stand in one place on every keyboard. */
const toModhex = (bytes: Buffer) => bytes.toString('hex').replaceAll(/./g, (digit) => MODHEX[HEX.indexOf(digit)] ?? '');
const fromModhex = (text: string) =>
  Buffer.from(
    text.replaceAll(/./g, (letter) => HEX[MODHEX.indexOf(letter)] ?? ''),
    'hex',
  );

/** CRC-16 as ISO 13239 has it. Over a whole token, its own checksum last, it leaves 0xf0b8. */
function crc16(bytes: Buffer): number {
  let crc = 0xffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x8408 : crc >>> 1;
  }
  return crc;
}

/** The first 12 characters: which key it is. Undefined for what is no code of a YubiKey. */
export function publicIdOf(text: string): string | undefined {
  return /^[cbdefghijklnrtuv]{44}$/.test(text) ? text.slice(0, 12) : undefined;
}

/**
 * Decrypts what a YubiKey types (Yubico OTP: AES-128, one block), with the key of that token.
 * @returns undefined for what is no such code, or whose checksum is wrong: it was made by another key.
 */
export function readYubikey(text: string, aesKey: Buffer): YubikeyCode | undefined {
  const publicId = publicIdOf(text);
  if (publicId === undefined) return undefined;
  const cipher = createDecipheriv('aes-128-ecb', aesKey, null).setAutoPadding(false);
  const block = Buffer.concat([cipher.update(fromModhex(text.slice(12))), cipher.final()]);
  if (crc16(block) !== 0xf0b8) return undefined;
  return { publicId, privateId: block.subarray(0, 6), counter: block.readUInt16LE(6) * 256 + (block[11] ?? 0) };
}

/**
 * What the key types: the other end of `readYubikey`. `noise` are the 5 bytes that a key fills with its clock and
 * chance.
 */
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

/** A public id: 6 bytes, as the key types them. */
export const publicIdFrom = (bytes: Buffer): string => toModhex(bytes);

import { scrypt, timingSafeEqual } from 'node:crypto';
import type { Random } from '../wire/ids.ts';

/** scrypt's N (RFC 7914): high enough for passwords that can be guessed. */
export const PASSWORD_COST = 16_384;

const derive = (password: string, salt: Buffer, N: number) =>
  new Promise<Buffer>((resolve, reject) => {
    scrypt(password.normalize('NFKC'), salt, 32, { N, r: 8, p: 1 }, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });

/** Returns salt and scrypt key in base64url. */
export async function hashPassword(password: string, random: Random, cost: number): Promise<string> {
  const salt = random(16);
  return `${salt.toString('base64url')}.${(await derive(password, salt, cost)).toString('base64url')}`;
}

/** An unknown login takes as long as a wrong password, so that the time does not reveal who exists. */
export async function passwordMatches(password: string, stored: string | undefined, cost: number): Promise<boolean> {
  const [salt = '', key = ''] = (stored || `${'A'.repeat(22)}.${'A'.repeat(43)}`).split('.');
  const derived = await derive(password, Buffer.from(salt, 'base64url'), cost);
  return timingSafeEqual(derived, Buffer.from(key, 'base64url')) && Boolean(stored);
}

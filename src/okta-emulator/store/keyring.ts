import { join } from 'node:path';
import { generateKeyPairSync } from 'node:crypto';
import type { JWK } from 'jose';
import type { Random } from '../wire/ids.ts';
import { keep, readKept } from './kept.ts';

/** Everything secret that an org makes for itself at its first start and then keeps. */
export type Keyring = {
  clientSecret: string;
  apiToken: string;
  /** The demo people's one password. */
  password: string;
  /** Signs the org's cookies. */
  cookieKey: string;
  /**
   * Newest first; `key` is 32 bytes in base64url. A new one put in front takes over, the others still open what they
   * sealed.
   */
  sealingKeys: { id: string; key: string }[];
  /** Signs tokens, RS256 as Okta does. */
  signingKey: JWK;
};

const WORDS =
  'amber basil cedar delta ember fjord grove heron indigo juniper kelp larch maple north olive pearl quartz raven sage tulip'.split(
    ' ',
  );

/** Three words and two digits: easy to type from a terminal, made anew for every data folder. */
function speakable(random: Random): string {
  const [a = 0, b = 0, c = 0, d = 0] = random(4);
  const word = (n: number) => WORDS[n % WORDS.length];
  return `${word(a)}-${word(b)}-${word(c)}-${10 + (d % 90)}`;
}

function make(random: Random): Keyring {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return {
    clientSecret: random(32).toString('base64url'),
    // Okta's tokens start with 00 and are 42 characters long.
    apiToken: `00${random(30).toString('base64url').slice(0, 40)}`,
    password: speakable(random),
    cookieKey: random(32).toString('base64url'),
    sealingKeys: [{ id: 'k1', key: random(32).toString('base64url') }],
    signingKey: {
      ...(privateKey.export({ format: 'jwk' }) as JWK),
      kid: random(24).toString('base64url'),
      alg: 'RS256',
      use: 'sig',
    },
  };
}

/**
 * Reads the org's keys from `dataDir`, making them when there are none. Throws an Error when the file cannot be read as
 * keys.
 */
export function openKeyring(dataDir: string, random: Random): Keyring {
  const file = join(dataDir, 'emulator-keys.json');
  const kept = readKept<Keyring>(file, "an org's keys");
  if (kept) return kept;
  const keyring = make(random);
  keep(file, keyring);
  return keyring;
}

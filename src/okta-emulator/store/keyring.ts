import { join } from 'node:path';
import { generateKeyPairSync } from 'node:crypto';
import type { JWK } from 'jose';
import type { Random } from '../wire/ids.ts';
import { keep, readKept } from './kept.ts';

export type Keyring = {
  clientSecret: string;
  apiToken: string;
  /** The password of all demo people. */
  password: string;
  cookieKey: string;
  /** Signs tokens, with RS256 as at Okta. */
  signingKey: JWK;
};

const WORDS =
  'amber basil cedar delta ember fjord grove heron indigo juniper kelp larch maple north olive pearl quartz raven sage tulip'.split(
    ' ',
  );

/** Three words and two digits, different for each data folder. */
function speakable(random: Random): string {
  const [a = 0, b = 0, c = 0, d = 0] = random(4);
  const word = (n: number) => WORDS[n % WORDS.length];
  return `${word(a)}-${word(b)}-${word(c)}-${10 + (d % 90)}`;
}

function make(random: Random): Keyring {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return {
    clientSecret: random(32).toString('base64url'),
    // Okta's tokens have 42 characters and begin with 00.
    apiToken: `00${random(30).toString('base64url').slice(0, 40)}`,
    password: speakable(random),
    cookieKey: random(32).toString('base64url'),
    signingKey: {
      ...(privateKey.export({ format: 'jwk' }) as JWK),
      kid: random(24).toString('base64url'),
      alg: 'RS256',
      use: 'sig',
    },
  };
}

/** The first start creates the keys. Throws an Error if the file is unreadable. */
export function openKeyring(dataDir: string, random: Random): Keyring {
  const file = join(dataDir, 'emulator-keys.json');
  const kept = readKept<Keyring>(file, "an org's keys");
  if (kept) return kept;
  const keyring = make(random);
  keep(file, keyring);
  return keyring;
}

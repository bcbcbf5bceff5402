import type { Kysely } from 'kysely';
import type { FastifyBaseLogger } from 'fastify';
import type { Clock } from '#clock';
import type { Tables } from '../store/schema.ts';
import type { UniversalLogout } from './universal-logout.ts';
import type { Random } from '../wire/ids.ts';

/** `oie` is Identity Engine. */
export type Engine = 'classic' | 'oie';

export type SignInRule = 'password' | 'password+factor';

/** `${code}` is replaced by the code. */
export type SmsTemplate = { id: string; template: string; translations?: Readonly<Record<string, string>> };

/** The parts of one emulator get time, randomness and the store only from here. */
export type EmulatorContext = {
  db: Kysely<Tables>;
  clock: Clock;
  random: Random;
  engine: Engine;
  /** Base32 characters of a new TOTP secret. Okta's 16 are too few according to RFC 4226 section 4. */
  secretLength: 32 | 16;
  /** The org's SMS texts, in addition to the standard text. */
  smsTemplates: readonly SmsTemplate[];
  /** Upper limit, in seconds, of the wait between two messages to one number or address. At Okta it is 30. */
  messageWait: number;
  /** A free org sends no Okta Verify links by SMS. */
  freeOrg: boolean;
  /** Without a trailing slash, such as `http://localhost:3001`. */
  url: string;
  signIn: SignInRule;
  /** The relying-party id for new keys. Undefined: the browser uses its page's host. */
  rpId: string | undefined;
  /** Whether keys must verify their user (PIN, face), in Okta's words. */
  keyVerification: 'DISCOURAGED' | 'PREFERRED' | 'REQUIRED';
  /** scrypt's N for passwords. */
  passwordCost: number;
  issuer: string;
  log: FastifyBaseLogger;
  universalLogout: UniversalLogout;
};

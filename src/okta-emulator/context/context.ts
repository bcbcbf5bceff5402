import type { Kysely } from 'kysely';
import type { FastifyBaseLogger } from 'fastify';
import type { Clock } from '#clock';
import type { Tables } from '../store/schema.ts';
import type { UniversalLogout } from './universal-logout.ts';
import type { Random } from '../wire/ids.ts';

/** Okta's engines: Classic Engine and Identity Engine. */
export type Engine = 'classic' | 'oie';

/** What the org requires at every sign-in (`EMULATOR_SIGN_IN`). */
export type SignInRule = 'password' | 'password+factor';

/** The text of an SMS, as an administrator writes it. `${code}` is replaced by the code. */
export type SmsTemplate = { id: string; template: string; translations?: Readonly<Record<string, string>> };

/**
 * The environment that all parts of one emulator share. The parts get time, randomness and the store only from here.
 */
export type EmulatorContext = {
  db: Kysely<Tables>;
  clock: Clock;
  random: Random;
  engine: Engine;
  /** How many base32 characters a new TOTP secret has. Okta's 16 are too few according to RFC 4226 section 4. */
  secretLength: 32 | 16;
  /** The org's own SMS texts, besides the standard text. */
  smsTemplates: readonly SmsTemplate[];
  /** The longest wait between two messages to a number or address, in seconds. Okta's longest is 30. */
  messageWait: number;
  /** True for a free org, which sends no Okta Verify links by SMS. */
  freeOrg: boolean;
  /** The org's base URL without a trailing slash, such as `http://localhost:3001`. */
  url: string;
  /** What the org requires at every sign-in. */
  signIn: SignInRule;
  /** The relying-party id for new keys; undefined: the browser uses its page's host. */
  rpId: string | undefined;
  /** Whether keys must verify their user (PIN, face), in Okta's words. */
  keyVerification: 'DISCOURAGED' | 'PREFERRED' | 'REQUIRED';
  /** scrypt's N for passwords. */
  passwordCost: number;
  /** The OpenID Connect issuer: Okta's default custom authorization server. */
  issuer: string;
  log: FastifyBaseLogger;
  /** Tells the app when a person's sessions have ended. */
  universalLogout: UniversalLogout;
};

import type { Kysely } from 'kysely';
import type { FastifyBaseLogger } from 'fastify';
import type { Clock } from '#clock';
import type { Tables } from '../store/schema.ts';
import type { UniversalLogout } from './universal-logout.ts';
import type { Random } from '../wire/ids.ts';

/** Okta's engines: Classic Engine and Identity Engine. */
export type Engine = 'classic' | 'oie';

/** What the org requires at every sign-in: `EMULATOR_SIGN_IN`. */
export type SignInRule = 'password' | 'password+factor';

/** The text of an SMS as an administrator writes it; `${code}` is replaced by the code. */
export type SmsTemplate = { id: string; template: string; translations?: Readonly<Record<string, string>> };

/** What all parts of one emulator share; they reach time, randomness and the store only through it. */
export type EmulatorContext = {
  db: Kysely<Tables>;
  clock: Clock;
  random: Random;
  engine: Engine;
  /** Base32 characters of a new TOTP secret; Okta's own 16 are too short for RFC 4226 section 4. */
  secretLength: 32 | 16;
  /** The org's own SMS texts, besides the standard one. */
  smsTemplates: readonly SmsTemplate[];
  /** How long a number or address waits for its next message at most, in seconds. Okta's longest wait is 30. */
  messageWait: number;
  /** Whether it emulates a free org, which sends no Okta Verify links by SMS. */
  freeOrg: boolean;
  /** The org's base URL without a trailing slash, such as `http://localhost:3001`. */
  url: string;
  /** What the org requires at every sign-in. */
  signIn: SignInRule;
  /** The relying-party id for new keys; undefined leaves it to the browser's page. */
  rpId: string | undefined;
  /** Whether keys must verify their user (PIN, face), as Okta spells it. */
  keyVerification: 'DISCOURAGED' | 'PREFERRED' | 'REQUIRED';
  /** scrypt's N for passwords. */
  passwordCost: number;
  /** The OpenID Connect issuer: Okta's default custom authorization server. */
  issuer: string;
  log: FastifyBaseLogger;
  /** Tells the app that a person's sessions ended. */
  universalLogout: UniversalLogout;
};

import type { Kysely } from 'kysely';
import type { FastifyBaseLogger } from 'fastify';
import type { Clock } from '#clock';
import type { Tables } from '../store/schema.ts';
import type { UniversalLogout } from './universal-logout.ts';
import type { Vault } from '../store/vault.ts';
import type { Random } from '../wire/ids.ts';

/** The two generations of Okta: Classic Engine and Identity Engine. Where they differ the fact sheet says so. */
export type Engine = 'classic' | 'oie';

/** What the org itself asks at every sign-in: `EMULATOR_SIGN_IN`. */
export type SignInRule = 'password' | 'password+factor';

/** A text message's wording, as administrators write them: `${code}` stands for the code. */
export type SmsTemplate = { id: string; template: string; translations?: Readonly<Record<string, string>> };

/** What every part of one org shares. There is one per org, and no other way to reach time, chance or the store. */
export type EmulatorContext = {
  db: Kysely<Tables>;
  vault: Vault;
  clock: Clock;
  random: Random;
  engine: Engine;
  /** Base32 characters of a new TOTP secret; 16 is what Okta itself gives, and too short for RFC 4226 section 4. */
  secretLength: 32 | 16;
  /** The org's own wordings of text messages, besides the standard one. */
  smsTemplates: readonly SmsTemplate[];
  /** Kinds that the catalog calls REQUIRED. */
  required: readonly string[];
  /** Whether this is a free org, which sends no Okta Verify links by text message. */
  freeOrg: boolean;
  /** The org's own address without a slash at the end, such as `http://localhost:3001`. */
  url: string;
  /** What the org itself asks at every sign-in. */
  signIn: SignInRule;
  /** The relying-party id new keys are told to carry; none leaves it to the page that asks. */
  rpId: string | undefined;
  /** OpenID Connect issuer: Okta's default custom authorization server. */
  issuer: string;
  log: FastifyBaseLogger;
  /** Tells the app that somebody's sessions ended. */
  universalLogout: UniversalLogout;
};

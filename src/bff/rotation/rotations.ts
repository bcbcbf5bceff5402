import type { Config, SecretSetting } from '../config/config.ts';

/** `taken`: without a restart. Otherwise why one is needed. */
type Rotation = 'taken' | { restart: string };

/** What becomes of each setting whose file has another text. */
export const rotations = {
  SESSION_SECRET: 'taken',
  AUDIT_SIGNING_KEY: 'taken',
  OKTA_CLIENT_SECRET: 'taken',
  OKTA_API_TOKEN: 'taken',
  OKTA_SERVICE_PRIVATE_KEY: 'taken',
  METRICS_TOKEN: 'taken',
  AUDIT_SINK_SECRET: 'taken',
  SMTP_URL: 'taken',
  DATABASE_URL: 'taken',
  EMULATOR_CLIENT_SECRET: { restart: 'the emulator knows the one that it started with' },
  EMULATOR_API_TOKEN: { restart: 'the emulator knows the one that it started with' },
} as const satisfies Record<SecretSetting, Rotation>;

/** The settings that rotate without a restart. */
export type Rotating = {
  [Name in SecretSetting]: (typeof rotations)[Name] extends 'taken' ? Name : never;
}[SecretSetting];

/**
 * Uses a setting's new value from now on. It throws or rejects when the value is of no use; then nothing has changed.
 */
export type Taker = (next: Config) => Promise<void> | void;
export type Takers = Record<Rotating, Taker>;

import { generateKeyPairSync } from 'node:crypto';
import { join } from 'node:path';
import { keptText } from '../../platform/store/kept-secret.ts';

/** PEM. */
export const makeAuditKey = (): string =>
  generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

const KEPT_KEY = 'audit-signing-key';
export const keptKeyFile = (dataDir: string): string => join(dataDir, KEPT_KEY);

/** PEM. Created at the first call. */
export const keptAuditKey = (dataDir: string): string => keptText(dataDir, KEPT_KEY, makeAuditKey);

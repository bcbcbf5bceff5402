import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import type { TestProject } from 'vitest/node';
import { openServiceKey } from '../service-apps/app.ts';
import { openKeyring } from '../store/keyring.ts';

declare module 'vitest' {
  interface ProvidedContext {
    emulatorKeys: string;
  }
}

/** Copies the keys of this test run to an emulator's folder, because an emulator takes long to create keys. */
export function copyKeys(dataDir: string): void {
  cpSync(inject('emulatorKeys'), dataDir, { recursive: true });
}

/** Vitest's `globalSetup`: creates the keys once per test run. */
export default async function createKeys(project: TestProject): Promise<() => void> {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-emulator-keys-'));
  openKeyring(folder, randomBytes);
  await openServiceKey(folder, randomBytes);
  project.provide('emulatorKeys', folder);
  return () => rmSync(folder, { recursive: true, force: true });
}

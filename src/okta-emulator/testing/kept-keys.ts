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

/** An emulator takes long to create keys, so they are created once per test run. */
export function copyKeys(dataDir: string): void {
  cpSync(inject('emulatorKeys'), dataDir, { recursive: true });
}

export default async function createKeys(project: TestProject): Promise<() => void> {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-emulator-keys-'));
  openKeyring(folder, randomBytes);
  await openServiceKey(folder, randomBytes);
  project.provide('emulatorKeys', folder);
  return () => rmSync(folder, { recursive: true, force: true });
}

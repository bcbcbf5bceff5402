import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, onTestFinished, TestRunner } from 'vitest';

/**
 * Makes an empty folder, which ends with the test that calls this, or whose `beforeEach` does. Called while a file or a
 * suite declares its tests, it ends after the last of them.
 */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-temporary-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  if ((TestRunner.getCurrentTest() as unknown) === undefined) afterAll(remove);
  else onTestFinished(remove);
  return folder;
}

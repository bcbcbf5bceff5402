import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, onTestFinished, TestRunner } from 'vitest';

/**
 * Creates an empty folder. If a test or its `beforeEach` calls this, the folder is deleted after the test. If a file or
 * suite calls it while it declares its tests, the folder is deleted after the last of them.
 */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-temporary-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  if ((TestRunner.getCurrentTest() as unknown) === undefined) afterAll(remove);
  else onTestFinished(remove);
  return folder;
}

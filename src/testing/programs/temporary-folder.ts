import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, onTestFinished, TestRunner } from 'vitest';

/**
 * Creates an empty folder. A folder created in a test or in `beforeEach` is deleted after the test. A folder created
 * outside of tests, in a file or a `describe`, is deleted after the last test of the file or the `describe`.
 */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-temporary-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  if ((TestRunner.getCurrentTest() as unknown) === undefined) afterAll(remove);
  else onTestFinished(remove);
  return folder;
}

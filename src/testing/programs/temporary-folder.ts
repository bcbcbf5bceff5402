import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, onTestFinished, TestRunner } from 'vitest';

/** Deletes the folder after the test or, outside of a test, after the last test of the file or `describe`. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-temporary-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  if ((TestRunner.getCurrentTest() as unknown) === undefined) afterAll(remove);
  else onTestFinished(remove);
  return folder;
}

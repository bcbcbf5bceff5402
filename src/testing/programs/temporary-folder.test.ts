import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { temporaryFolder } from './temporary-folder.ts';

const ofFile = temporaryFolder();
const before: string[] = [];
let ofTest: string;
beforeEach(() => void (ofTest = temporaryFolder()));

test.each(['one', 'two'])('ends with its test, and the file’s own stays: %s', (name) => {
  writeFileSync(join(ofFile, name), '');
  writeFileSync(join(ofTest, name), '');
  expect(before.filter(existsSync)).toEqual([]);
  before.push(ofTest, temporaryFolder());
  expect([...before.slice(-2), ofFile].filter(existsSync)).toHaveLength(3);
  expect(existsSync(join(ofFile, 'one'))).toBe(true);
});

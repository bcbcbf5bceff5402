import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { counts, sentenceOf } from './counts.ts';
import { temporaryFolder } from '#testing/programs/temporary-folder.ts';

test('counts lines of the program, lines of tests and words of documents, each once', () => {
  const folder = temporaryFolder();
  const files = {
    'src/a.ts': 'one\ntwo\n',
    'src/b.tsx': 'three\n',
    'src/testing/fixture.ts': 'no line of either\n',
    'src/a.test.ts': 'one\n',
    'e2e/b.spec.ts': 'two\nthree\n',
    'scripts/c.test.ts': 'four\n',
    'docs/adr/a.md': 'two words\n',
    'docs/settings.md': 'generated words\n',
  };
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
  expect(counts(folder)).toEqual({ source: 3, tests: 4, words: 2 });
});

test('names each number', () => {
  expect(sentenceOf({ source: 50_000, tests: 2, words: 3 })).toMatch(/^50,000 lines of src .*, 2 of tests .*, 3 words/);
});

import { expect, test } from 'vitest';
import { folderCycles } from './folder-cycles.ts';

const file = (source: string, ...resolved: string[]) => ({
  source,
  dependencies: resolved.map((name) => ({ resolved: name })),
});

test('folders that import each other over a third one are a cycle', () => {
  const files = [
    file('src/web/app/a.ts', 'src/web/api/b.ts'),
    file('src/web/api/b.ts', 'src/web/i18n/c.ts'),
    file('src/web/i18n/c.ts', 'src/web/app/d.ts'),
    file('src/web/app/d.ts'),
  ];
  expect(folderCycles(files)).toEqual([
    expect.stringMatching(/^folder-cycle: src\/web\/api, src\/web\/app, src\/web\/i18n\n/),
  ]);
});

test('imports in one direction, from tests, and between modules are none', () => {
  const files = [
    file('src/web/app/a.ts', 'src/web/api/b.ts', 'src/contract/x.ts'),
    file('src/web/api/b.ts', 'src/contract/x.ts'),
    file('src/web/api/b.test.ts', 'src/web/app/a.ts'),
    file('src/web/testing/t.ts', 'src/web/app/a.ts'),
    file('src/contract/x.ts'),
  ];
  expect(folderCycles(files)).toEqual([]);
});

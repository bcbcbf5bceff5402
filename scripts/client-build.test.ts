import { createBuilder, type Rolldown } from 'vite';
import { beforeAll, expect, test, vi } from 'vitest';
import { root } from './step.ts';

let chunks: Rolldown.OutputChunk[];
beforeAll(async () => {
  // Vitest's own value would bundle what packages have for development.
  vi.stubEnv('NODE_ENV', 'production');
  const builder = await createBuilder({ root, logLevel: 'error', build: { write: false } }, null);
  const built = [await builder.build(builder.environments['client']!)].flat() as Rolldown.RolldownOutput[];
  vi.unstubAllEnvs();
  chunks = built.flatMap(({ output }) => output).filter((one) => one.type === 'chunk');
});

/** The packages in files and in what these import statically. */
function packagesIn(files: readonly string[], seen = new Set<string>()): string[] {
  const found = files.flatMap((file): string[] => {
    const chunk = chunks.find(({ fileName }) => fileName === file);
    if (!chunk || seen.has(file)) return [];
    seen.add(file);
    const own = chunk.moduleIds.flatMap((id) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(id)?.[1] ?? []);
    return [...own, ...packagesIn(chunk.imports, seen)];
  });
  return [...new Set(found)].sort();
}

const fileOf = (module: string): string[] =>
  chunks.filter(({ facadeModuleId }) => facadeModuleId?.endsWith(module)).map(({ fileName }) => fileName);

/** What every page loads. A package that is added here costs every visit: load it with the `import()` that needs it. */
const everywhere = [
  '@lingui/core',
  '@lingui/react',
  '@tanstack/query-core',
  '@tanstack/react-query',
  'react',
  'react-dom',
  'react-router',
  'scheduler',
  // Of Lingui's: React has this hook itself since version 18.
  'use-sync-external-store',
];

test('the files of the list have the packages that every page needs, and no other', () => {
  expect(packagesIn(fileOf('/index.html'))).toEqual(everywhere);
});

test.each([
  ['totp/enroll.tsx', ['qrcode.react']],
  ['sms/enroll.tsx', ['libphonenumber-js']],
  ['webauthn/enroll.tsx', ['@simplewebauthn/browser']],
  ['helpdesk/pages.ts', []],
  ['helpdesk/oversight-pages.ts', []],
])('%s loads, besides these, %j', (module, more) => {
  const files = fileOf(module);
  expect(files).toHaveLength(1);
  expect(packagesIn(files).filter((name) => !everywhere.includes(name))).toEqual(more);
});

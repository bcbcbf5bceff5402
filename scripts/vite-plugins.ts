import { spawnSync } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Plugin } from 'vite';
import { listRoutes } from '../src/contract/endpoint.ts';
import { helpdeskEndpoints } from '../src/contract/helpdesk-endpoints.ts';
import { endpoints } from '../src/contract/person-endpoints.ts';

/** Pages must not load the schemas, and no bundler drops a property of an object that it keeps. */
export function endpointRoutes(): Plugin {
  const modules: Record<string, object> = {
    'virtual:endpoints/person': listRoutes(endpoints),
    'virtual:endpoints/helpdesk': listRoutes(helpdeskEndpoints),
  };
  return {
    name: 'latchkey-routes',
    resolveId: (id) => (id in modules ? `\0${id}` : undefined),
    load(id) {
      const known = id.startsWith('\0') ? modules[id.slice(1)] : undefined;
      return known && `export default ${JSON.stringify(known)};`;
    },
  };
}

/** One character that is not ASCII doubles the memory for a file's text. Rolldown has no such option. */
export function asciiOnly(): Plugin {
  const escaped = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return {
    name: 'latchkey-ascii-only',
    applyToEnvironment: (environment) => environment.name !== 'client',
    apply: 'build',
    generateBundle(_, bundle) {
      for (const file of Object.values(bundle))
        if (file.type === 'chunk') file.code = file.code.replaceAll(/[^\0-\x7f]/g, escaped);
    },
  };
}

/** Writes `.br` and `.gz` beside text files. Packages for this only call the same two functions of Node. */
export function compress(): Plugin {
  const brotli = promisify(brotliCompress);
  const zip = promisify(gzip);
  return {
    name: 'latchkey-compress',
    applyToEnvironment: (environment) => environment.name === 'client',
    apply: 'build',
    async writeBundle({ dir = '' }) {
      const names = await readdir(dir, { recursive: true });
      const texts = names.filter((name) => /\.(?:js|css|svg|txt)$/.test(name));
      await Promise.all(
        texts.map(async (name) => {
          const file = join(dir, name);
          const bytes = await readFile(file);
          const params = {
            [constants.BROTLI_PARAM_QUALITY]: 11,
            [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
          };
          await writeFile(`${file}.br`, await brotli(bytes, { params }));
          await writeFile(`${file}.gz`, await zip(bytes, { level: 9 }));
        }),
      );
    },
  };
}

/** The commit is not in the bundles, so that these are the same in every build. */
export async function writeCommit(dir: string): Promise<void> {
  const cwd = join(import.meta.dirname, '..');
  const { status, stdout } = spawnSync('git', ['rev-parse', 'HEAD'], { cwd, encoding: 'utf8' });
  const fromGit = status === 0 ? stdout.trim() : '';
  await writeFile(join(dir, 'commit'), `${process.env['LATCHKEY_COMMIT'] || fromGit || 'unknown'}\n`);
}

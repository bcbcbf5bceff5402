import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { promisify } from 'node:util';
import react from '@vitejs/plugin-react';
import { defineConfig, type Manifest, type Plugin } from 'vite';
import { messageCatalogs } from './scripts/catalogs.ts';
import { routesOf } from './src/contract/endpoint.ts';
import { helpdeskEndpoints } from './src/contract/helpdesk-endpoints.ts';
import { endpoints } from './src/contract/person-endpoints.ts';
import { firstFeatures } from './src/web/app/first-features.ts';

const clientDir = 'dist/client';
/** Screens and libraries that come with the page that needs them. */
const later =
  /src\/web\/(?:features\/(?!factors\/(?:list-page|factor-rows|enrollment-options|notice|enrollment\/auto-start)|sessions\/(?:session-|sign-out-form)|step-up\/interrupted-action)|styles\/helpdesk|api\/client\/(?:request-helpdesk|helpdesk-queries))|virtual:endpoints\/helpdesk|contract\/(?:schemas|helpdesk)|node_modules\/(?:zod|qrcode\.react|libphonenumber-js|@simplewebauthn)\//;
/** What most other pages share: codes, proofs, buttons that act. */
const flows =
  /src\/web\/(?:components\/(?:ui\/button|field\/(?:field|use-field-error)|code\/code-(?:entry|flow|form)|failure\/failure)|features\/(?:step-up\/step-up-panel|verification\/(?:verification-components|verification|code-verification)))\./;
/** What the helpdesk's pages share, and how anybody calls its endpoints. */
const helpdesk = /src\/web\/(?:features\/helpdesk\/|styles\/helpdesk)/;
const helpdeskCalls = /src\/web\/(?:api\/client\/(?:request-helpdesk|helpdesk-queries))|virtual:endpoints\/helpdesk/;
/** The frame of adding one, the same for every kind. */
const enrolling = /src\/web\/features\/factors\/enrollment\/(?!code-step|rename|auto-start)/;

/** What pages know of endpoints: how to call them. Their schemas stay on the server. */
function routes(): Plugin {
  const modules: Record<string, object> = {
    'virtual:endpoints/person': routesOf(endpoints),
    'virtual:endpoints/helpdesk': routesOf(helpdeskEndpoints),
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

/**
 * Tells the server's entry what the client's build is called: its files, and its id (a hash of them all). Empty in
 * development.
 */
function clientBuild(): Plugin {
  const virtual = 'virtual:client-build';
  let building = false;
  return {
    name: 'latchkey-client-build',
    configResolved: (config) => void (building = config.command === 'build'),
    resolveId: (id) => (id === virtual ? `\0${id}` : undefined),
    load(id) {
      if (id !== `\0${virtual}`) return;
      if (!building) return 'export default { id: "development", manifest: {} };';
      const text = readFileSync(join(import.meta.dirname, clientDir, '.vite/manifest.json'), 'utf8');
      const manifest = JSON.parse(text) as Manifest;
      const name = createHash('sha256').update(text).digest('base64url').slice(0, 12);
      return `export default ${JSON.stringify({ id: name, manifest })};`;
    },
  };
}

/** Writes `.br` and `.gz` beside everything that is text, once, as small as they get. */
function compress(): Plugin {
  const brotli = promisify(brotliCompress);
  const zip = promisify(gzip);
  return {
    name: 'latchkey-compress',
    applyToEnvironment: (environment) => environment.name === 'client',
    apply: 'build',
    async writeBundle() {
      const names = await readdir(join(import.meta.dirname, clientDir), { recursive: true });
      const texts = names.filter((name) => /\.(?:js|css|svg|html|txt)$/.test(name));
      await Promise.all(
        texts.map(async (name) => {
          const file = join(import.meta.dirname, clientDir, name);
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

export default defineConfig(({ command }) => ({
  appType: 'custom',
  plugins: [react(), messageCatalogs(import.meta.dirname, firstFeatures), routes(), clientBuild(), compress()],
  build: { target: 'es2022' },
  // React has it: Lingui brings a copy for versions before 18.
  resolve: { alias: { 'use-sync-external-store/shim': 'react' } },
  // What development serves of this folder: the sources of the pages, and packages. `src/bff/pages/live-pages.ts`
  // denies the rest.
  server: { cors: false, fs: { strict: true, allow: ['src', 'node_modules'] } },
  environments: {
    client: {
      build: {
        outDir: clientDir,
        manifest: true,
        // One stylesheet for all pages but the helpdesk's, which have one more: it comes with their code, not after it.
        cssCodeSplit: true,
        assetsInlineLimit: 0,
        // The polyfill is not needed by the browsers we build for.
        modulePreload: { polyfill: false },
        rolldownOptions: {
          input: 'src/web/app/entry-client.tsx',
          output: {
            // Few files, since each costs a request: the entry with what every page needs and the first page, what
            // flows need, and one for each further page.
            codeSplitting: {
              groups: [
                { name: 'base', priority: 2, test: (id) => !later.test(id) && !flows.test(id) },
                { name: 'flows', priority: 1, test: flows },
                { name: 'enrolling', test: enrolling },
                // A group takes what its modules need along, so that what people's own pages share with the desk's
                // comes first.
                { name: 'helpdesk-calls', priority: 1, test: helpdeskCalls },
                { name: 'helpdesk', test: helpdesk },
              ],
            },
          },
        },
      },
    },
    ssr:
      command === 'build'
        ? {
            // One file and React's production build, whatever NODE_ENV says where it runs.
            resolve: { noExternal: true },
            define: { 'process.env.NODE_ENV': '"production"' },
            build: {
              outDir: 'dist/ssr',
              copyPublicDir: false,
              emptyOutDir: true,
              ssr: true,
              rolldownOptions: {
                input: { 'entry-server': 'src/web/app/entry-server.tsx' },
                output: { entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
              },
            },
          }
        : {},
  },
  builder: {
    async buildApp(builder) {
      // In this order: the server's entry reads the client's manifest.
      await builder.build(builder.environments['client']!);
      await builder.build(builder.environments['ssr']!);
    },
  },
}));

import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { promisify } from 'node:util';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';
import { messageCatalogs } from './scripts/catalogs.ts';
import { operatorPrograms } from './scripts/commands.mjs';
import { inlineClassNames, scopedClassName } from './scripts/class-names.ts';
import { routesOf } from './src/contract/endpoint.ts';
import { helpdeskEndpoints } from './src/contract/helpdesk-endpoints.ts';
import { endpoints } from './src/contract/person-endpoints.ts';
import { firstFeatures } from './src/web/app/first-features.ts';

const clientDir = 'dist/client';
/** Packages that the server's bundle leaves out. */
const onlyInDevelopmentAndDemo = ['vite', '@fastify/middie', 'oidc-provider', 'smtp-server', 'postal-mime'];
/** Modules and libraries that load with the page that needs them. */
const later =
  /src\/web\/(?:features\/(?!factors\/(?:list-page|factor-rows|enrollment-options|notice|enrollment\/auto-start)|sessions\/(?:session-|sign-out-form))|flows\/(?!step-up\/interrupted-action|session-end\/session-end-offer)|app\/person-pages|components\/support-links|api\/(?:client\/request-helpdesk|helpdesk-queries))|virtual:endpoints\/helpdesk|contract\/(?:schemas|kinds|helpdesk|codes\/looks)|node_modules\/(?:zod|qrcode\.react|libphonenumber-js|@simplewebauthn)\//;
/** The largest library: in a file of its own, so that a slow phone evaluates it in a task of its own. */
const reactFiles = /node_modules\/(?:react|react-dom|scheduler)\//;
/** Modules that most other pages share: codes, step-up, buttons that send. */
const flows =
  /src\/web\/(?:components\/(?:ui\/button|field\/(?:field|use-field-error)|code\/code-(?:entry|flow|form)|failure\/failure)|flows\/(?:step-up\/step-up-panel|verification\/(?:verification-components|verification|code-verification)))\./;
/** The helpdesk's search, the person's page, and what all of the helpdesk's pages share. */
const helpdesk =
  /src\/web\/features\/helpdesk\/(?!oversight|approvals|audit-log|requests|notes|shortcuts\/shortcuts-dialog)/;
/** What the helpdesk's groups of pages share, so that none loads another's; their one stylesheet, too. */
const helpdeskShared =
  /src\/web\/features\/helpdesk\/(?:(?:layout|messages)\/|approvals\/approval-(?:line|what)\.|.*\.module\.css)/;
const helpdeskCalls = /src\/web\/(?:api\/(?:client\/request-helpdesk|helpdesk-queries))|virtual:endpoints\/helpdesk/;
/** What loads with every page, including the styles of all pages but the helpdesk's. */
const isBase = (id: string): boolean =>
  id.endsWith('.module.css') ? !id.includes('/features/helpdesk/') : !later.test(id) && !flows.test(id);
/** Modules that the enrollment of every kind shares. */
const enrolling = /src\/web\/features\/factors\/enrollment\/(?!code-step|rename|auto-start)/;

/** Gives pages the endpoints' routes. The schemas stay on the server. */
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

/** Escapes what is not ASCII in the server's files: one such character doubles the memory that a file's text takes. */
function asciiOnly(): Plugin {
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

/** Writes `.br` and `.gz` beside every text file of the build, with the strongest compression. */
function compress(): Plugin {
  const brotli = promisify(brotliCompress);
  const zip = promisify(gzip);
  return {
    name: 'latchkey-compress',
    applyToEnvironment: (environment) => environment.name === 'client',
    apply: 'build',
    async writeBundle() {
      const names = await readdir(join(import.meta.dirname, clientDir), { recursive: true });
      const texts = names.filter((name) => /\.(?:js|css|svg|txt)$/.test(name));
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
  plugins: [
    react(),
    messageCatalogs(import.meta.dirname, firstFeatures),
    routes(),
    inlineClassNames(),
    asciiOnly(),
    compress(),
  ],
  build: { target: 'es2022' },
  css: { modules: { generateScopedName: scopedClassName } },
  // The development server serves only `src` and packages. `src/bff/http/pages/live-pages.ts` denies secret files.
  server: { cors: false, fs: { strict: true, allow: ['src', 'node_modules'] } },
  environments: {
    client: {
      build: {
        outDir: clientDir,
        manifest: true,
        // All pages share one stylesheet. The helpdesk's pages have a second one, which loads together with their code.
        cssCodeSplit: true,
        assetsInlineLimit: 0,
        // The browsers we support need no polyfill.
        modulePreload: { polyfill: false },
        rolldownOptions: {
          input: 'index.html',
          optimization: { inlineConst: true },
          output: {
            // Each file costs a request, so the build makes few: the entry with the first page, one for shared flows,
            // and one for each further page.
            codeSplitting: {
              groups: [
                { name: 'react', priority: 3, test: reactFiles },
                { name: 'base', priority: 2, test: isBase },
                { name: 'flows', priority: 1, test: flows },
                { name: 'enrolling', test: enrolling },
                // A group includes what its modules import. So the calls that other people's pages share with the
                // helpdesk need a higher priority.
                { name: 'helpdesk-calls', priority: 1, test: helpdeskCalls },
                { name: 'helpdesk-shared', priority: 1, test: helpdeskShared },
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
            // Bundles everything, with React's production build, whatever NODE_ENV is at run time.
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
    // Starting from source strips the types of every file, each time. Only `npm start` runs this bundle.
    server: {
      consumer: 'server',
      // Vitest reads this too, and must not bundle Vite.
      resolve: command === 'build' ? { noExternal: true, external: onlyInDevelopmentAndDemo } : {},
      build: {
        outDir: 'dist',
        copyPublicDir: false,
        emptyOutDir: false,
        ssr: true,
        target: 'node24',
        minify: false,
        rolldownOptions: {
          input: { server: 'src/server.ts' },
          output: { entryFileNames: '[name].js', chunkFileNames: 'server/[name].js' },
        },
      },
    },
    // Apart from the server, so that its start loads nothing of them. The image has these and no packages.
    programs: {
      consumer: 'server',
      resolve: command === 'build' ? { noExternal: true, external: onlyInDevelopmentAndDemo } : {},
      build: {
        outDir: 'dist/programs',
        copyPublicDir: false,
        emptyOutDir: true,
        ssr: true,
        target: 'node24',
        minify: false,
        rolldownOptions: {
          input: operatorPrograms,
          output: { entryFileNames: '[name].js', chunkFileNames: 'chunks/[name].js' },
        },
      },
    },
  },
  builder: {
    async buildApp(builder) {
      await builder.build(builder.environments['client']!);
      await builder.build(builder.environments['ssr']!);
      await builder.build(builder.environments['server']!);
      await builder.build(builder.environments['programs']!);
    },
  },
}));

import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { messageCatalogs } from './scripts/catalogs.ts';
import { operatorPrograms } from './scripts/commands.mjs';
import { usageOf } from './scripts/usage.mjs';
import { asciiOnly, compress, endpointRoutes, writeCommit } from './scripts/vite-plugins.ts';

const onlyInDevelopment = ['vite', '@fastify/middie'];

/** At the beginning of a bundle, because bundles have no comments. */
const printUsage = (source: string) =>
  `if (process.argv.includes('--help')) { console.log(${JSON.stringify(usageOf(source))}); process.exit(0); }`;

export default defineConfig(({ command }) => {
  /** The bundle has no packages. Vitest also reads this configuration, and must bundle nothing. */
  const forNode = {
    consumer: 'server' as const,
    resolve: command === 'build' ? { noExternal: true as const, external: onlyInDevelopment } : {},
  };
  const nodeBuild = { ssr: true, copyPublicDir: false, target: 'node24', minify: false };
  return {
    appType: 'custom',
    plugins: [react(), messageCatalogs(import.meta.dirname), endpointRoutes(), asciiOnly(), compress()],
    // On a busy machine, Rolldown would report slow plugins. `eval` is in a package of the demo.
    build: { target: 'es2022', license: true, rolldownOptions: { checks: { bundlerTimings: false, eval: false } } },
    // `src/bff/http/pages/live-pages.ts` denies secret files.
    server: { cors: false, fs: { strict: true, allow: ['src', 'node_modules'] } },
    environments: {
      client: {
        build: {
          outDir: 'dist/client',
          manifest: true,
          // One stylesheet of all pages is smaller than the requests for many.
          cssCodeSplit: false,
          assetsInlineLimit: 0,
          // The browsers we support need no polyfill.
          modulePreload: { polyfill: false },
          rolldownOptions: {
            input: 'index.html',
            output: {
              // Each `import()` in `src/web/app/pages.ts` makes a file. `vendor` has the packages of every page,
              // `shared` the modules of eight or more of those files.
              codeSplitting: {
                groups: [
                  { name: 'vendor', tags: ['$initial'], test: /node_modules/, priority: 2 },
                  { name: 'index', tags: ['$initial'], priority: 1 },
                  // The helpdesk does not need the modules that the pages of all kinds share.
                  { name: 'shared', test: /^(?!.*factors\/enrollment\/)/, minShareCount: 8 },
                  // Small modules become few files.
                  { name: 'forms', test: /field\/(?:draft|error-summary|options)|looks-like-code|poll-interval/ },
                  { name: 'helpdesk', test: /helpdesk|cancellation/, minShareCount: 2 },
                  { name: 'enrollment', test: /factors\/enrollment\//, minShareCount: 2 },
                ],
              },
            },
          },
        },
      },
      ssr:
        command === 'build'
          ? {
              // The bundle has React's production build, whatever NODE_ENV is at run time.
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
      // Starting from source strips the types of every file each time.
      server: {
        ...forNode,
        build: {
          ...nodeBuild,
          outDir: 'dist',
          emptyOutDir: false,
          rolldownOptions: {
            input: { server: 'src/server.ts' },
            output: {
              entryFileNames: '[name].js',
              chunkFileNames: 'server/[name].js',
              banner: ({ isEntry }) => (isEntry ? printUsage('src/server.ts') : ''),
            },
          },
        },
      },
      // The programs are separate from the server, so that its start loads none of them.
      programs: {
        ...forNode,
        build: {
          ...nodeBuild,
          outDir: 'dist/programs',
          emptyOutDir: true,
          rolldownOptions: {
            input: operatorPrograms,
            output: {
              entryFileNames: '[name].js',
              chunkFileNames: 'chunks/[name].js',
              banner: ({ name, isEntry }) => (isEntry ? printUsage(operatorPrograms[name]!) : ''),
            },
          },
        },
      },
    },
    builder: {
      async buildApp(builder) {
        for (const name of ['client', 'ssr', 'server', 'programs']) await builder.build(builder.environments[name]!);
        await writeCommit(`${import.meta.dirname}/dist`);
      },
    },
  };
});

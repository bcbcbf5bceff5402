import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { ViteDevServer } from 'vite';
import type { CreatePageRenderer } from '#contract/page.ts';
import type { Pages } from './routes.ts';

/** `attach` runs before the portal listens, `close` after it stops. */
export type PageRenderer = Pages & {
  attach?: (fastify: FastifyInstance) => Promise<void>;
  close?: () => Promise<void>;
};

/** Files that Vite must never serve. */
const secretFiles = (dataDir: string): string[] => [
  `${resolve(dataDir).replaceAll(/[\\*?[\]{}()!+@|]/g, '\\$&')}/**`,
  ...[
    '.env',
    '.env.*',
    '*.{crt,pem,key,p12,jwk}',
    '*.sqlite*',
    'session-secret*',
    'emulator-keys.json*',
    '**/.git/**',
    '**/.data/**',
  ],
];

/** Hot reload uses the portal's own port, so that several copies can run at once. */
export function livePages(root: string, dataDir: string): PageRenderer {
  let vite: ViteDevServer | null = null;
  return {
    async render(request) {
      const { createRenderer } = (await vite!.ssrLoadModule('/src/web/app/entry-server.tsx')) as {
        createRenderer: CreatePageRenderer;
      };
      return createRenderer({ template: readFileSync(join(root, 'index.html'), 'utf8'), manifest: null })(request);
    },
    build: 'development',
    assets: null,
    async attach(fastify) {
      const [{ createServer }, { default: middie }] = await Promise.all([import('vite'), import('@fastify/middie')]);
      const server = {
        middlewareMode: true,
        hmr: { server: fastify.server },
        fs: { deny: secretFiles(dataDir) },
      } as const;
      // Vite's other config loaders write a temporary file, which makes `node --watch` restart.
      vite = await createServer({ root, server, appType: 'custom', configLoader: 'native' });
      await fastify.register(middie as never);
      (fastify as unknown as { use(handler: unknown): void }).use(vite.middlewares);
    },
    close: async () => vite?.close(),
  };
}

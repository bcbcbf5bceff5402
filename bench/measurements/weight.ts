import { brotliCompressSync } from 'node:zlib';
import { join } from 'node:path';
import { build } from 'vite';
import { sizes } from '../../scripts/sizes.ts';
import type { Row } from '../table.ts';

const root = join(import.meta.dirname, '../..');

/** Only what the pages of each part cannot do without. */
const frames = {
  list: `
    import { hydrateRoot } from 'react-dom/client';
    import { BrowserRouter, Link, matchPath, useLocation, useNavigate, useNavigationType } from 'react-router';
    import { QueryClient,
      QueryClientProvider, hydrate, useMutation, useQuery } from '@tanstack/react-query';
    globalThis.kept = [hydrateRoot, BrowserRouter, Link, matchPath, useLocation, useNavigate, useNavigationType,
      QueryClient, QueryClientProvider, hydrate, useMutation, useQuery];`,
  enroll: `
    import { QRCodeSVG } from 'qrcode.react';
    globalThis.kept = [QRCodeSVG];`,
};

/** Bytes (brotli), built like our pages. */
async function bare(code: string, external: string[] = []): Promise<number> {
  const id = 'virtual:frame';
  const built = await build({
    root,
    configFile: false,
    logLevel: 'silent',
    plugins: [
      {
        name: 'frame',
        resolveId: (name) => (name === id ? join(root, 'frame.js') : undefined),
        load: (name) => (name === join(root, 'frame.js') ? code : undefined),
      },
    ],
    build: {
      target: 'es2022',
      write: false,
      modulePreload: { polyfill: false },
      rolldownOptions: { input: id, external },
    },
  });
  const outputs = [built].flat().flatMap((one) => ('output' in one ? one.output : []));
  return outputs.reduce((sum, file) => sum + ('code' in file ? brotliCompressSync(file.code).length : 0), 0);
}

const kilo = (bytes: number) => `${(bytes / 1000).toFixed(1)} kB`;

export async function weightRows(): Promise<Row[]> {
  const [list, enroll] = await Promise.all([bare(frames.list), bare(frames.enroll, ['react', 'react/jsx-runtime'])]);
  const beside = [`React, router and query alone ${kilo(list)}`, `qrcode.react alone ${kilo(enroll)}`];
  return sizes(root).map(({ what, bytes, goal, limit }, index) => ({
    what: `${what}, brotli`,
    unit: 'kB',
    values: [bytes / 1000],
    goal: goal / 1000,
    limit: limit / 1000,
    beside: beside[index] ?? '',
  }));
}

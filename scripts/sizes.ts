import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Manifest } from 'vite';
import { type Locale, locales } from '../src/contract/locale/locales.ts';
import { root } from './step.ts';

export type Size = { what: string; bytes: number; goal: number; limit: number; files: string[] };

const entry = 'index.html';
const list = 'src/web/features/factors/list/list-page.tsx';
const enroll = 'src/web/features/factors/kinds/totp/enroll.tsx';
const helpdesk = 'src/web/features/helpdesk/pages.ts';
const oversight = 'src/web/features/helpdesk/oversight-pages.ts';

/** Throws for an unknown page, so that a rename is noticed. */
function pageKey(manifest: Manifest, page: string): string {
  if (!existsSync(join(root, page))) throw new Error(`${page} is gone: which page is measured now? (scripts/sizes.ts)`);
  return page in manifest ? page : entry;
}

/** Includes its own file and those of its static imports, transitively. */
function closure(manifest: Manifest, key: string, found = new Set<string>()): Set<string> {
  const chunk = manifest[key];
  if (!chunk) throw new Error(`the build's manifest has no ${key} (scripts/sizes.ts)`);
  if (found.has(chunk.file)) return found;
  found.add(chunk.file);
  for (const name of chunk.imports ?? []) closure(manifest, name, found);
  return found;
}

/** Bytes as served (brotli), from Vite's manifest and the `.br` files in `folder`. */
export function sizes(folder: string): Size[] {
  const client = join(folder, 'dist/client');
  const manifest = JSON.parse(readFileSync(join(client, '.vite/manifest.json'), 'utf8')) as Manifest;
  const cold = closure(manifest, pageKey(manifest, list), closure(manifest, entry));
  const added = (page: string) =>
    new Set([...closure(manifest, pageKey(manifest, page))].filter((file) => !cold.has(file)));
  const messages = (locale: string, part: string) => closure(manifest, `virtual:catalogs/${locale}/${part}`);
  const css = new Set(
    Object.values(manifest).flatMap(({ file, css = [] }) => [...css, ...(file.endsWith('.css') ? [file] : [])]),
  );
  const size = (what: string, files: Set<string>, goal: number, limit: number): Size => {
    if (files.size === 0) throw new Error(`${what}: the build has no file for it (scripts/sizes.ts)`);
    const bytes = [...files].reduce((sum, file) => sum + statSync(join(client, `${file}.br`)).size, 0);
    return { what, bytes, goal: goal * 1000, limit: limit * 1000, files: [...files] };
  };
  return [
    size('JavaScript of the factor list, cold', cold, 100, 104),
    size('what the enroll page adds', added(enroll), 16, 20),
    size('what the helpdesk’s first pages add', added(helpdesk), 26, 30),
    size('what its approvals and audit log add', added(oversight), 24, 28),
    size('CSS', css, 8, 10),
    ...(Object.keys(locales) as Locale[]).map((locale) =>
      size(`the list’s messages, ${locale}`, messages(locale, 'list'), 8, /^(?:ar|ja)/.test(locale) ? 12 : 8),
    ),
  ];
}

const kilo = (bytes: number) => `${(bytes / 1000).toFixed(1)} kB`;

if (import.meta.main) {
  for (const { what, bytes, goal, limit, files } of sizes(root)) {
    const words = `${what}: ${kilo(bytes)}, goal ${kilo(goal)}, limit ${kilo(limit)}`;
    console.log(bytes > goal ? `note: ${words} (${files.join(', ')})` : words);
    if (bytes > limit) process.exitCode = 1;
  }
}

import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { CreatePageRenderer, PageBuild } from '#contract/page.ts';
import type { PageRenderer } from './live-pages.ts';

/** Null: nothing is built. Vite's manifest changes with every built file, so its digest is the build's id. */
export async function builtPages(root: string): Promise<PageRenderer | null> {
  const entry = join(root, 'dist/ssr/entry-server.js');
  if (!existsSync(entry)) return null;
  const assets = join(root, 'dist/client');
  const files = readFileSync(join(assets, '.vite/manifest.json'), 'utf8');
  const html = readFileSync(join(assets, 'index.html'), 'utf8');
  // A page is whole without its scripts, so on a slow network the stylesheet comes first.
  const template = html.replaceAll(/<(?:script type="module"|link rel="modulepreload")/g, '$& fetchpriority="low"');
  const { createRenderer } = (await import(pathToFileURL(entry).href)) as { createRenderer: CreatePageRenderer };
  return {
    render: createRenderer({ template, manifest: JSON.parse(files) as PageBuild['manifest'] }),
    build: createHash('sha256').update(files).digest('base64url').slice(0, 12),
    assets,
  };
}

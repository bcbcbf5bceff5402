import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { PageRenderer } from '#contract/page.ts';
import type { Rendering } from './live-pages.ts';

/** Imports the renderer that the build made in the program's folder; null when it is not built. */
export async function builtPages(root: string): Promise<Rendering | null> {
  const entry = join(root, 'dist/ssr/entry-server.js');
  if (!existsSync(entry)) return null;
  const { render, build } = (await import(pathToFileURL(entry).href)) as { render: PageRenderer; build: string };
  return { render, build, assets: join(root, 'dist/client') };
}

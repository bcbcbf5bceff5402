import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from './step.ts';

type Files = Record<string, string>;

const files: Files = Object.fromEntries(
  globSync('src/web/**/*.{css,tsx}', { cwd: root, exclude: ['**/*.test.tsx', '**/testing/**'] }).map((path) => [
    path,
    readFileSync(join(root, path), 'utf8'),
  ]),
);

/** The classes in the selectors of a stylesheet: its own, and those inside `:global(…)`. */
function classesIn(css: string): { own: Set<string>; global: Set<string>; composed: Set<string> } {
  const rules = css.replace(/\/\*[^]*?\*\//g, '');
  const selectors = [...rules.matchAll(/[^{};]+(?=\{)/g)].map(([selector]) => selector).join(' ');
  const names = (text: string): string[] => [...text.matchAll(/\.([a-z][\w-]*)/gi)].map(([, name = '']) => name);
  const global = [...selectors.matchAll(/:global\(([^)]*)\)/g)].flatMap(([, inner = '']) => names(inner));
  const composed = [...rules.matchAll(/composes: ([\w-]+)/g)].map(([, name = '']) => name);
  return {
    own: new Set(names(selectors.replace(/:global\([^)]*\)/g, ''))),
    global: new Set(global),
    composed: new Set(composed),
  };
}

/** What a component sets as `className` or `variant`: the text of each attribute, with its braces. */
function attributesIn(tsx: string): string[] {
  return [...tsx.matchAll(/\b(?:className|variant)=(?=["{])/g)].map(({ index, 0: start }) => {
    const from = index + start.length;
    if (tsx[from] === '"') return tsx.slice(from, tsx.indexOf('"', from + 1) + 1);
    let depth = 0;
    for (let at = from; at < tsx.length; at += 1) {
      if (tsx[at] === '{') depth += 1;
      if (tsx[at] === '}') depth -= 1;
      if (depth === 0) return tsx.slice(from, at + 1);
    }
    return '';
  });
}

/** The global classes that a component names. One that ends in `-` is the beginning of a computed name. */
function globalsIn(tsx: string): string[] {
  return attributesIn(tsx)
    .map((text) => text.replace(/[!=]== '[^']*'/g, ''))
    .flatMap((text) => [...text.matchAll(/'([^']*)'|"([^"]*)"|`([^`]*)`/g)])
    .map(([, single, double, template = '']) => single ?? double ?? template.replace(/\$\{[^}]*\}/g, ' '))
    .flatMap((text) => text.split(/\s+/))
    .filter((name) => /^[a-z]/.test(name));
}

/** Returns a line for each class that nothing uses or nothing defines. */
function faultsIn(all: Files): string[] {
  const sheets = Object.entries(all).filter(([path]) => path.endsWith('.css'));
  const components = Object.entries(all).filter(([path]) => path.endsWith('.tsx'));
  const modules = new Map(sheets.filter(([path]) => path.endsWith('.module.css')));
  const globals = new Set<string>();
  for (const [path, css] of sheets) if (!modules.has(path)) for (const name of classesIn(css).own) globals.add(name);
  const faults: string[] = [];
  const used = new Map<string, Set<string>>([...modules.keys()].map((path) => [path, new Set<string>()]));
  const usedGlobals = new Set<string>();
  for (const [path, tsx] of components) {
    const attributes = attributesIn(tsx).join(' ');
    for (const name of globalsIn(tsx)) {
      usedGlobals.add(name);
      if (!name.endsWith('-') && !globals.has(name)) faults.push(`${path}: no stylesheet defines .${name}`);
    }
    for (const [, local = '', from = ''] of tsx.matchAll(/import (\w+) from '([^']+\.module\.css)'/g)) {
      const module = join(path, '..', from);
      const own = classesIn(modules.get(module) ?? '').own;
      for (const [, name = ''] of attributes.matchAll(new RegExp(`\\b${local}\\.(\\w+)`, 'g'))) {
        used.get(module)?.add(name);
        if (!own.has(name)) faults.push(`${path}: ${module} has no .${name}`);
      }
    }
  }
  const isUsed = (name: string): boolean =>
    [...usedGlobals].some((one) => one === name || (one.endsWith('-') && name.startsWith(one)));
  for (const name of globals) if (!isUsed(name)) faults.push(`nothing uses .${name}`);
  for (const [path, css] of modules) {
    const { own, global, composed } = classesIn(css);
    for (const name of own) {
      if (!used.get(path)?.has(name) && !composed.has(name)) faults.push(`nothing uses .${name} of ${path}`);
    }
    for (const name of global) if (!globals.has(name)) faults.push(`${path}: no stylesheet defines .${name}`);
  }
  return faults;
}

test('each class is defined and used', () => {
  expect(Object.keys(files).length).toBeGreaterThan(100);
  expect(faultsIn(files)).toEqual([]);
});

test('it finds planted violations', () => {
  const planted: Files = {
    'src/web/styles/all.css':
      '@layer components { .note { margin: 0; } .icon-left { margin: 0; } .lost { margin: 0; } }',
    'src/web/a/card.module.css':
      '@layer features { .card:has(:global(.gone)) { margin: 0; } /* .no */ .old > p { margin: 0; } .wide { composes: base; } .base { margin: 0.5em; } }',
    'src/web/a/card.tsx':
      "import css from './card.module.css';\n<p className={`${css.card} ${css.wide} icon-${side} ${css.wrong}`} /> <b className={a === 'x' ? 'note' : 'nota'} />",
  };
  expect(faultsIn(planted)).toEqual([
    'src/web/a/card.tsx: no stylesheet defines .nota',
    'src/web/a/card.tsx: src/web/a/card.module.css has no .wrong',
    'nothing uses .lost',
    'nothing uses .old of src/web/a/card.module.css',
    'src/web/a/card.module.css: no stylesheet defines .gone',
  ]);
});

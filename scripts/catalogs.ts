import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { compileMessageOrThrow } from '@lingui/message-utils/compileMessage';
import type { Plugin } from 'vite';
import { defaultLocale, locales } from '../src/contract/locales.ts';

const prefix = 'virtual:catalogs';
const messages = 'src/web/i18n/messages';

/** The features of a locale: one for each file of `src/web/i18n/messages/<locale>`. */
const featuresOf = (folder: string, locale: string): string[] =>
  globSync('*.json', { cwd: join(folder, locale) })
    .map((file) => basename(file, '.json'))
    .toSorted();

/**
 * A catalog's messages, compiled to data; a message without parameters is a string. The ids go without the feature's
 * name, which all of them begin with.
 */
function compiled(folder: string, locale: string, feature: string): string {
  const file = join(folder, locale, `${feature}.json`);
  const texts = Object.entries(JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>);
  const entries = texts.map(([id, text]) => {
    if (!id.startsWith(`${feature}.`)) throw new Error(`${file}: ${id} must begin with “${feature}.”`);
    const message = compileMessageOrThrow(text);
    return [
      id.slice(feature.length + 1),
      message.length === 1 && typeof message[0] === 'string' ? message[0] : message,
    ];
  });
  return JSON.stringify(Object.fromEntries(entries));
}

/** Writes the types of features and message ids, since TypeScript cannot list a folder. */
export function writeIds(root: string): void {
  const folder = join(root, messages);
  const file = join(folder, '../message-ids.ts');
  const text = idsModule(folder);
  if (!existsSync(file) || readFileSync(file, 'utf8') !== text) writeFileSync(file, text);
}

function idsModule(folder: string): string {
  const lines = featuresOf(folder, defaultLocale).map((feature) => {
    const key = feature.includes('-') ? `'${feature}'` : feature;
    return `  ${key}: typeof import('./messages/${defaultLocale}/${feature}.json');`;
  });
  return [
    `// Written by scripts/catalogs.ts from the folder messages/${defaultLocale}: never edit it.`,
    'type Catalogs = {',
    ...lines,
    '};',
    '/** A catalog, and how the ids in it begin. */',
    'export type Feature = keyof Catalogs;',
    'export type MessageId = { [F in Feature]: keyof Catalogs[F] }[Feature];',
    '',
  ].join('\n');
}

/**
 * Gives `virtual:catalogs` the messages of `src/web/i18n/messages`, compiled from ICU to data, so that no parser ships.
 * A browser fetches each catalog as a file of a known name: a list of hashed names would cost every first page a
 * kilobyte for each locale. Those of the first page in the default locale come in the first file.
 */
export function messageCatalogs(root: string, first: readonly string[]): Plugin {
  const folder = join(root, messages);
  const all = Object.keys(locales);
  let building = false;
  const version = (): string => {
    const hash = createHash('sha256');
    for (const locale of all) for (const one of featuresOf(folder, locale)) hash.update(compiled(folder, locale, one));
    return hash.digest('base64url').slice(0, 12);
  };
  const builtUrl = () => `(locale, feature) => \`/assets/messages-${version()}/\${locale}/\${feature}.js\``;

  /** For browsers, as built. */
  const fetching = (): string => {
    const own = first.map((feature) => `${JSON.stringify(feature)}: ${compiled(folder, defaultLocale, feature)}`);
    return `
      const url = ${builtUrl()};
      const first = { ${defaultLocale}: { ${own.join(', ')} } };
      export const fetchCatalog = async (locale, feature) =>
        first[locale]?.[feature] ?? (await import(/* @vite-ignore */ url(locale, feature))).default;
    `;
  };
  /** For the server, the development server and tests. */
  const importing = (): string => {
    const listOf = (locale: string) =>
      featuresOf(folder, locale).map((one) => `"${one}": () => import("${prefix}/${locale}/${one}")`);
    const lists = all.map((locale) => `"${locale}": { ${listOf(locale).join(', ')} }`);
    return `
      const lists = { ${lists.join(', ')} };
      const url = ${building ? builtUrl() : '() => undefined'};
      const first = ${JSON.stringify(first)};
      export const fetchCatalog = async (locale, feature) => (await lists[locale][feature]()).default;
      export const catalogUrl = (locale, feature) =>
        locale === '${defaultLocale}' && first.includes(feature) ? undefined : url(locale, feature);
    `;
  };

  return {
    name: 'latchkey-catalogs',
    configResolved(config) {
      building = config.command === 'build';
      writeIds(root);
    },
    resolveId: (id) => (id === prefix || id.startsWith(`${prefix}/`) ? `\0${id}` : undefined),
    load(id) {
      if (!id.startsWith(`\0${prefix}`)) return;
      const [, locale, feature] = id.slice(1).split('/');
      if (!locale || !feature) return building && this.environment.name === 'client' ? fetching() : importing();
      this.addWatchFile(join(folder, locale, `${feature}.json`));
      return `export default ${compiled(folder, locale, feature)};`;
    },
    generateBundle() {
      if (this.environment.name !== 'client') return;
      const under = `assets/messages-${version()}`;
      for (const locale of all)
        for (const feature of featuresOf(folder, locale)) {
          if (locale === defaultLocale && first.includes(feature)) continue;
          const fileName = `${under}/${locale}/${feature}.js`;
          this.emitFile({ type: 'asset', fileName, source: `export default${compiled(folder, locale, feature)}` });
        }
    },
  };
}

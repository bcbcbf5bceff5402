import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileMessageOrThrow } from '@lingui/message-utils/compileMessage';
import type { Plugin } from 'vite';
import { defaultLocale, locales } from '../src/contract/locale/locales.ts';

const prefix = 'virtual:catalogs';
const messages = 'src/web/i18n/messages';

/** A locale's messages by feature, the word that their ids begin with, and by the rest of the id. */
function messagesOf(folder: string, locale: string): Record<string, Record<string, string>> {
  const features: Record<string, Record<string, string>> = {};
  for (const file of filesOf(folder, locale)) {
    const texts = JSON.parse(readFileSync(join(folder, locale, file), 'utf8')) as Record<string, string>;
    for (const [id, text] of Object.entries(texts)) {
      const [, feature, rest] = /^([a-z-]+)\.(.+)$/.exec(id) ?? [];
      if (!feature || !rest) throw new Error(`${file}: ${id} must begin with its feature’s name and a dot`);
      const own = (features[feature] ??= {});
      if (Object.hasOwn(own, rest)) throw new Error(`${file}: another file has ${id} too`);
      own[rest] = text;
    }
  }
  return features;
}

const filesOf = (folder: string, locale: string): string[] =>
  globSync('*.json', { cwd: join(folder, locale) }).toSorted();

const featuresOf = (folder: string, locale: string): string[] => Object.keys(messagesOf(folder, locale)).toSorted();

/** A feature's messages, compiled to data; a message without parameters is a string. */
function compiled(folder: string, locale: string, feature: string): string {
  const entries = Object.entries(messagesOf(folder, locale)[feature] ?? {}).map(([id, text]) => {
    const message = compileMessageOrThrow(text);
    return [id, message.length === 1 && typeof message[0] === 'string' ? message[0] : message];
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
  const files = filesOf(folder, defaultLocale).map(
    (file) => `  | keyof typeof import('./messages/${defaultLocale}/${file}')`,
  );
  return [
    `// Written by scripts/catalogs.ts from the folder messages/${defaultLocale}: never edit it.`,
    'export type MessageId =',
    `${files.join('\n')};`,
    '/** A catalog: the messages whose ids begin with this word. */',
    'export type Feature = MessageId extends `${infer F}.${string}` ? F : never;',
    '',
  ].join('\n');
}

/**
 * Gives `virtual:catalogs` the messages of `src/web/i18n/messages`, compiled from ICU to data, so that no parser ships.
 * Lingui's own Vite plugin takes one catalog a locale, and no JSON of ICU messages by feature.
 * A browser fetches each catalog as a file of a known name: a list of hashed names would cost every first page a
 * kilobyte for each locale. Those of the first page in the default locale come in the first file.
 * @param first features of the first page
 * @param files features that come as one file, by its name
 */
export function messageCatalogs(
  root: string,
  first: readonly string[],
  files: Readonly<Record<string, readonly string[]>>,
): Plugin {
  const folder = join(root, messages);
  const all = Object.keys(locales);
  let building = false;
  const version = (): string => {
    const hash = createHash('sha256');
    for (const locale of all) for (const one of featuresOf(folder, locale)) hash.update(compiled(folder, locale, one));
    return hash.digest('base64url').slice(0, 12);
  };
  const fileOf = Object.fromEntries(
    Object.entries(files).flatMap(([file, features]) => features.map((feature) => [feature, file])),
  );
  const builtUrl = () =>
    `(locale, feature) => \`/assets/messages-${version()}/\${locale}/\${${JSON.stringify(fileOf)}[feature] ?? feature}.js\``;

  /** For browsers, as built. */
  const fetching = (): string => {
    const own = first.map((feature) => `${JSON.stringify(feature)}: ${compiled(folder, defaultLocale, feature)}`);
    return `
      const url = ${builtUrl()};
      const first = { ${defaultLocale}: { ${own.join(', ')} } };
      export const fetchCatalog = async (locale, feature) =>
        first[locale]?.[feature] ?? (await import(/* @vite-ignore */ url(locale, feature))).default[feature];
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
      for (const file of filesOf(folder, locale)) this.addWatchFile(join(folder, locale, file));
      return `export default ${compiled(folder, locale, feature)};`;
    },
    generateBundle() {
      if (this.environment.name !== 'client') return;
      const under = `assets/messages-${version()}`;
      for (const locale of all)
        for (const [file, features] of Map.groupBy(featuresOf(folder, locale), (one) => fileOf[one] ?? one)) {
          if (locale === defaultLocale && features.every((one) => first.includes(one))) continue;
          const catalogs = features.map((one) => `${JSON.stringify(one)}:${compiled(folder, locale, one)}`);
          const source = `export default{${catalogs.join(',')}}`;
          this.emitFile({ type: 'asset', fileName: `${under}/${locale}/${file}.js`, source });
        }
    },
  };
}

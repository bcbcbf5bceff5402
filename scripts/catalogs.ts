import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileMessageOrThrow } from '@lingui/message-utils/compileMessage';
import type { Plugin } from 'vite';
import { defaultLocale, locales } from '../src/contract/locale/locales.ts';
import { messagesIn } from '../src/web/i18n/messages-in.ts';

const prefix = 'virtual:catalogs';
const messages = 'src/web/i18n/messages';

const filesOf = (folder: string, locale: string): string[] =>
  globSync('*.json', { cwd: join(folder, locale) }).toSorted();

/** A locale's texts by message id. */
function textsOf(folder: string, locale: string): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const file of filesOf(folder, locale))
    for (const [id, text] of Object.entries<string>(JSON.parse(readFileSync(join(folder, locale, file), 'utf8')))) {
      if (Object.hasOwn(texts, id)) throw new Error(`${file}: another file has ${id} too`);
      texts[id] = text;
    }
  return texts;
}

/** Texts compiled from ICU to data, as JavaScript, so that no parser ships. */
const compiled = (texts: Record<string, string>): string =>
  JSON.stringify(Object.fromEntries(Object.entries(texts).map(([id, text]) => [id, compileMessageOrThrow(text)])));

/** Writes the type of message ids, since TypeScript cannot list a folder. */
export function writeIds(root: string): void {
  const files = filesOf(join(root, messages), defaultLocale).map(
    (file) => `  | keyof typeof import('./messages/${defaultLocale}/${file}')`,
  );
  const text = [
    `// Written by scripts/catalogs.ts from the folder messages/${defaultLocale}: never edit it.`,
    'export type MessageId =',
    `${files.join('\n')};`,
    '',
  ].join('\n');
  const file = join(root, messages, '../message-ids.ts');
  if (!existsSync(file) || readFileSync(file, 'utf8') !== text) writeFileSync(file, text);
}

/**
 * Adds to each module of `src/web` the messages that it names, in the default locale: they load with it, and no page
 * lists them. Any other locale is one file, which `virtual:catalogs` loads before anything is shown.
 * Lingui's own Vite plugin takes one catalog a locale.
 */
export function messageCatalogs(root: string): Plugin {
  const folder = join(root, messages);
  const sources = join(root, 'src/web/');
  let texts = textsOf(folder, defaultLocale);
  return {
    name: 'latchkey-catalogs',
    enforce: 'pre',
    configResolved: () => writeIds(root),
    watchChange(file) {
      if (file.startsWith(folder)) texts = textsOf(folder, defaultLocale);
    },
    resolveId: (id) => (id === prefix || id.startsWith(`${prefix}/`) ? `\0${id}` : undefined),
    load(id) {
      if (!id.startsWith(`\0${prefix}`)) return;
      const locale = id.split('/')[1];
      if (locale) return `export default ${compiled(textsOf(folder, locale))};`;
      const others = Object.keys(locales).filter((one) => one !== defaultLocale);
      return `export default { ${others.map((one) => `"${one}": () => import("${prefix}/${one}")`).join(', ')} };`;
    },
    transform(code, id) {
      if (!id.startsWith(sources) || !/\.tsx?$/.test(id)) return;
      const own = messagesIn(code, Object.keys(texts));
      if (own.length === 0) return;
      for (const file of filesOf(folder, defaultLocale)) this.addWatchFile(join(folder, defaultLocale, file));
      const its = compiled(Object.fromEntries(own.map((one) => [one, texts[one]!])));
      // On the first line, so that the others keep their numbers.
      return {
        code: `import { getI18n as getMessagesI18n } from '/src/web/i18n/load-messages.ts'; getMessagesI18n('${defaultLocale}').load('${defaultLocale}', ${its}); ${code}`,
        map: null,
      };
    },
  };
}

import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import type { Plugin } from 'vite';
import { type Locale, locales, pseudoLocales, sourceLocale } from '../src/contract/locale/locales.ts';
import { compileMessages } from '../src/bff/records/notifications/templates/compile-messages.ts';
import { messagesIn } from './messages-in.ts';
import { makePseudo } from './pseudo-locales.ts';

const prefix = 'virtual:catalogs';
const messages = 'src/contract/locale/messages';
/** Only the BFF reads the emails' messages. */
const emails = 'emails.json';

/** By page: the list and every page, people's other pages, the helpdesk's pages, and texts around a page. */
const parts = ['list', 'people', 'helpdesk', 'server'] as const;
type Part = (typeof parts)[number];

const listFiles = (folder: string, locale: string): string[] =>
  globSync('*.json', { cwd: join(folder, locale) })
    .filter((file) => file !== emails)
    .toSorted();

/** Keys are message ids. */
function readTexts(folder: string, locale: string): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const file of listFiles(folder, locale))
    for (const [id, text] of Object.entries<string>(JSON.parse(readFileSync(join(folder, locale, file), 'utf8')))) {
      if (Object.hasOwn(texts, id)) throw new Error(`${file}: another file has ${id} too`);
      texts[id] = text;
    }
  return texts;
}

/** Returns a text such as `de 0, nl 812`. The helpdesk's pages are English. */
export function countMissing(root: string): string {
  const folder = join(root, messages);
  const read = (locale: string) =>
    globSync('*.json', { cwd: join(folder, locale) }).flatMap((file) =>
      Object.keys(JSON.parse(readFileSync(join(folder, locale, file), 'utf8')) as Record<string, string>),
    );
  const english = read(sourceLocale).filter((id) => !id.startsWith('helpdesk'));
  return Object.keys(locales)
    .filter((locale) => locale !== sourceLocale && !pseudoLocales.includes(locale as Locale))
    .map((locale) => {
      const has = new Set(read(locale));
      return `${locale} ${english.filter((id) => !has.has(id)).length}`;
    })
    .join(', ');
}

/** TypeScript cannot list a folder, so the type is written. */
export function writeIds(root: string): void {
  const files = listFiles(join(root, messages), sourceLocale).map(
    (file) => `  | keyof typeof import('../../contract/locale/messages/${sourceLocale}/${file}')`,
  );
  const text = [
    `// Written by scripts/catalogs.ts from the folder ${messages}/${sourceLocale}: never edit it.`,
    'export type MessageId =',
    `${files.join('\n')};`,
    '',
  ].join('\n');
  const file = join(root, 'src/web/i18n/message-ids.ts');
  if (!existsSync(file) || readFileSync(file, 'utf8') !== text) writeFileSync(file, text);
}

function readImports(file: string, code: string): { now: string[]; later: string[] } {
  const now: string[] = [];
  const later: string[] = [];
  const from = code.replaceAll(/^(?:import|export) type [^;]*;/gm, '');
  for (const [, call, path] of from.matchAll(/(?:\bfrom|\bimport)\s*(\()?\s*'(\.[^']+\.tsx?)'/g))
    (call ? later : now).push(join(dirname(file), path!));
  for (const [, pattern] of from.matchAll(/import\.meta\.glob(?:<[^>]*>)?\(\s*'(\.[^']+\.tsx?)'/g))
    later.push(...globSync(join(dirname(file), pattern!)));
  return { now, later };
}

const without = (ids: ReadonlySet<string>, others: ReadonlySet<string>): ReadonlySet<string> =>
  new Set([...ids].filter((id) => !others.has(id)));

/** Divides by what the pages of each part import. A message of the list is in no other part. */
function divide(root: string, ids: readonly string[]): Record<Part, ReadonlySet<string>> {
  const web = join(root, 'src/web');
  /** The `import()`s of these files load pages. */
  const routes = new Set([join(web, 'app/pages.ts'), join(web, 'app/person-pages.ts')]);
  const collect = (starts: readonly string[], followsLater: boolean) => {
    const seen = new Set<string>();
    const named = new Set<string>();
    const loaded: string[] = [];
    const open = [...starts];
    for (let file = open.pop(); file !== undefined; file = open.pop()) {
      if (seen.has(file) || !existsSync(file)) continue;
      seen.add(file);
      const code = readFileSync(file, 'utf8');
      for (const id of messagesIn(code, ids)) named.add(id);
      const { now, later } = readImports(file, code);
      open.push(...now);
      if (!routes.has(file)) (followsLater ? open : loaded).push(...later);
    }
    return { named, loaded };
  };
  const pages = [...routes].flatMap((file) => readImports(file, readFileSync(file, 'utf8')).later);
  const forHelpdesk = (file: string) => relative(web, file).startsWith('features/helpdesk/');
  const list = collect([join(web, 'app/entry-client.tsx')], false);
  const besidesList = (starts: readonly string[]) => without(collect(starts, true).named, list.named);
  return {
    list: list.named,
    people: besidesList([...pages.filter((file) => !forHelpdesk(file)), ...list.loaded]),
    server: besidesList([join(web, 'app/entry-server.tsx')]),
    helpdesk: besidesList([...pages.filter(forHelpdesk), ...list.loaded]),
  };
}

/** English replaces missing texts. Lingui's own Vite plugin has one catalog per locale, without parts. */
export function messageCatalogs(root: string): Plugin {
  const folder = join(root, messages);
  /** The parts are the same for all locales, so they are computed once, and again after a change. */
  let divided: ReturnType<typeof divide> | undefined;
  const load = (locale: string, part: Part): string => {
    const english = readTexts(folder, sourceLocale);
    const texts = { ...english, ...readTexts(folder, locale) };
    const ids = (divided ??= divide(root, Object.keys(english)))[part];
    const own = Object.fromEntries(Object.entries(texts).filter(([id]) => ids.has(id)));
    const compiled = compileMessages(own, locale as Locale);
    return `export default ${JSON.stringify(pseudoLocales.includes(locale as Locale) ? makePseudo(compiled) : compiled)};`;
  };
  return {
    name: 'latchkey-catalogs',
    configResolved: () => writeIds(root),
    resolveId: (id) => (id === prefix || id.startsWith(`${prefix}/`) ? `\0${id}` : undefined),
    load(id) {
      if (!id.startsWith(`\0${prefix}`)) return;
      const [, locale, part] = id.split('/');
      if (locale && part) return load(locale, part as Part);
      const rows = Object.keys(locales).map((one) => {
        const files = parts.filter((name) => one === sourceLocale || name !== 'helpdesk');
        return `"${one}": { ${files.map((name) => `${name}: () => import("${prefix}/${one}/${name}")`).join(', ')} }`;
      });
      return `export default { ${rows.join(', ')} };`;
    },
    /** A changed text is on the next page that the developer opens. */
    hotUpdate({ file }) {
      divided = undefined;
      if (!file.startsWith(folder)) return;
      for (const [id, module] of this.environment.moduleGraph.idToModuleMap)
        if (id.startsWith(`\0${prefix}/`)) this.environment.moduleGraph.invalidateModule(module);
      this.environment.hot.send({ type: 'full-reload' });
      return [];
    },
  };
}

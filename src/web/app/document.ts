import { catalogUrl } from 'virtual:catalogs';
import clientBuild from 'virtual:client-build';
import { type Locale, locales } from '#contract/locales.ts';
import template from './document.html?raw';
import type { Feature } from '../i18n/message-ids.ts';
import { firstFeatures } from './first-features.ts';
import mark from './mark.svg?raw';
import { dataElementId, type PageData } from './page-data.ts';

const entry = 'src/web/app/entry-client.tsx';

/** The build's id. A page compares it with later replies to notice a new version of the portal. */
export const build = clientBuild.id;

/**
 * Returns the whole document, from `document.html`: rendered page, title, data, and the files that the browser should
 * fetch.
 */
export function documentOf({
  locale,
  title,
  page,
  notReady,
  noScript,
  data,
  source,
  messages,
}: {
  locale: Locale;
  title: string;
  page: string;
  /** What the page says while its scripts are missing: `layout.css` shows it. */
  notReady: string;
  /** What it says where no script runs; null if it needs none. */
  noScript: { text: string; help: string } | null;
  data: PageData;
  /** The page's module, so that the browser fetches it together with the entry. */
  source: string | undefined;
  /** The page's catalogs, fetched at the same time. */
  messages: readonly Feature[];
}): string {
  const catalogs = [...firstFeatures, ...messages].flatMap((feature) => catalogUrl(locale, feature) ?? []);
  const head = [
    `<title>${escapeText(title)}</title>`,
    // In the document, because as a file it would be one more request.
    `<link rel="icon" href="data:image/svg+xml,${encodeURIComponent(mark.trim())}" type="image/svg+xml">`,
    ...(import.meta.env.DEV ? devTags() : builtTags(source, catalogs)),
  ];
  const script = `<script type="application/json" id="${dataElementId}">${escapeJson(JSON.stringify(data))}</script>`;
  // `replace` expands `$&` in a replacement string, but not in a function's result.
  return template
    .replace('{locale}', locale)
    .replace('{direction}', locales[locale].direction)
    .replace('<!--head-->', () => head.join('\n    '))
    .replace('<!--page-->', () => page)
    .replace('<!--no-script-->', () => (noScript ? noScriptNote(noScript) : ''))
    .replace('<!--not-ready-->', () => escapeText(notReady))
    .replace('<!--data-->', () => script);
}

const noScriptNote = ({ text, help }: { text: string; help: string }): string =>
  `<noscript><p id="no-script">${escapeText(text)} <a href="/get-help">${escapeText(help)}</a></p></noscript>`;

const styleTag = (url: string): string => `<link rel="stylesheet" href="${url}">`;

/** Links every stylesheet, because in development only scripts know which of them a page needs. */
const devTags = (): string[] => [
  ...['/src/web/styles/index.css', ...Object.keys(import.meta.glob('/src/web/**/*.module.css'))].map(styleTag),
  '<script type="module" src="/@vite/client"></script>',
  '<script type="module" src="/src/web/app/dev-preamble.ts"></script>',
  `<script type="module" src="/${entry}"></script>`,
];

/** Returns tags for all that the page needs after the document, so that the browser fetches it in one round trip. */
function builtTags(source: string | undefined, catalogs: readonly string[]): string[] {
  const { manifest } = clientBuild;
  const main = manifest[entry];
  if (!main) throw new Error(`The client's build has no ${entry}: build it before the server's.`);
  const early = new Set<string>();
  const sheets = new Set<string>(main.css);
  const follow = (key: string): void => {
    const chunk = manifest[key];
    if (!chunk || chunk === main || main.imports?.includes(key) || early.has(chunk.file)) return;
    early.add(chunk.file);
    for (const sheet of chunk.css ?? []) sheets.add(sheet);
    for (const imported of chunk.imports ?? []) follow(imported);
  };
  const base = main.imports?.flatMap((key) => manifest[key]?.file ?? []) ?? [];
  if (source) follow(source);
  return [
    ...[...sheets].map((file) => styleTag(`/${file}`)),
    // As scripts of their own, in tasks of their own: the entry alone would run them all in one long task.
    ...base.map((file) => `<script type="module" async src="/${file}"></script>`),
    `<script type="module" src="/${main.file}"></script>`,
    ...[...[...early].map((file) => `/${file}`), ...catalogs].map((url) => `<link rel="modulepreload" href="${url}">`),
  ];
}

/** Escapes JSON so that it cannot end its element, open a comment or, in old engines, break a line. */
const escapeJson = (json: string): string =>
  json.replace(/[<>&\u2028\u2029]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);

const escapeText = (text: string): string => text.replace(/&/g, '&amp;').replace(/</g, '&lt;');

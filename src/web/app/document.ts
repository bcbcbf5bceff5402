import { type Locale, locales } from '#contract/locale/locales.ts';
import type { PageBuild } from '#contract/page.ts';
import type { CatalogPart } from '../i18n/load-messages.ts';
import { dataElementId, type PageData } from './page-data.ts';

export type PageParts = {
  locale: Locale;
  title: string;
  page: string;
  /** Shown by `layout.css` until the scripts run. */
  notReady: string;
  /** Shown if JavaScript is off; null if the page works without JavaScript. */
  noScript: { text: string; help: string } | null;
  data: PageData;
  /** The text of a `<style>`. Its rules are in no layer, so they win over the stylesheet's. Null: none. */
  style: string | null;
  /** Files that the browser fetches together with the entry. Null for a problem page. */
  needs: { source: string | undefined; part: CatalogPart } | null;
};

export function fillDocument({ template, manifest }: PageBuild, parts: PageParts): string {
  const { locale, title, page, notReady, noScript, data, style, needs } = parts;
  const head = manifest ? builtTags(manifest, needs, locale) : devTags();
  const script = `<script type="application/json" id="${dataElementId}">${escapeJson(JSON.stringify(data))}</script>`;
  // `replace` expands `$&` in a replacement string, but not in a function's result.
  return template
    .replace('{locale}', locale)
    .replace('{direction}', locales[locale].direction)
    .replace('{title}', () => escapeText(title))
    .replace('</head>', () => `${head.join('')}${style === null ? '' : `<style>${style}</style>`}</head>`)
    .replace('<!--page-->', () => page)
    .replace('<!--no-script-->', () => (noScript ? noScriptNote(noScript) : ''))
    .replace('<!--not-ready-->', () => escapeText(notReady))
    .replace('<!--data-->', () => script);
}

const noScriptNote = ({ text, help }: { text: string; help: string }): string =>
  `<noscript><p id="no-script">${escapeText(text)} <a href="/get-help">${escapeText(help)}</a></p></noscript>`;

const styleTag = (url: string): string => `<link rel="stylesheet" href="${url}">`;

/**
 * Vite's tags without its inline script, which the page's CSP forbids. Links all stylesheets, because in development
 * only scripts know which stylesheets a page needs.
 */
const devTags = (): string[] => [
  ...['/src/web/styles/index.css', ...Object.keys(import.meta.glob('/src/web/**/*.module.css'))].map(styleTag),
  '<script type="module" src="/@vite/client"></script>',
  '<script type="module" src="/src/web/app/dev-preamble.ts"></script>',
];

/** With preload tags, all files load in one round trip. */
function builtTags(manifest: NonNullable<PageBuild['manifest']>, needs: PageParts['needs'], locale: Locale): string[] {
  const entry = listFiles(manifest, 'index.html');
  const parts = new Set<CatalogPart>(['list', needs?.part ?? 'list']);
  const keys = [...(needs?.source ? [needs.source] : []), ...[...parts].map((part) => catalogKey(locale, part))];
  const files = new Set(keys.flatMap((key) => [...listFiles(manifest, key)]));
  const preload = (file: string) => `<link rel="modulepreload" fetchpriority="low" href="/${file}">`;
  return [...files].filter((file) => !entry.has(file)).map(preload);
}

const catalogKey = (locale: Locale, part: CatalogPart): string => `virtual:catalogs/${locale}/${part}`;

function listFiles(
  manifest: NonNullable<PageBuild['manifest']>,
  key: string,
  found = new Set<string>(),
): ReadonlySet<string> {
  const chunk = manifest[key];
  if (!chunk) throw new Error(`The client's build has no ${key}: build it before the server's.`);
  if (found.has(chunk.file)) return found;
  found.add(chunk.file);
  for (const imported of chunk.imports ?? []) listFiles(manifest, imported, found);
  return found;
}

/** After escaping, a value cannot close the script element, open a comment or break a line in old engines. */
const escapeJson = (json: string): string =>
  json.replace(/[<>&\u2028\u2029]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);

const escapeText = (text: string): string => text.replace(/&/g, '&amp;').replace(/</g, '&lt;');

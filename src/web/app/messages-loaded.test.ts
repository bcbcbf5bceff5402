// @vitest-environment node
import { describe, expect, it } from 'vitest';
import { defaultLocale } from '#contract/locale/locales.ts';
import { allFeatures } from '../testing/all-features.ts';
import { textsOf } from '../testing/catalogs.ts';
import { firstFeatures } from './first-features.ts';
import { pages } from './pages.ts';

const root = 'src/web/';
const files = Object.fromEntries(
  Object.entries(
    import.meta.glob<string>(['../**/*.{ts,tsx}', '!../**/*.test.{ts,tsx}', '!../testing/**'], {
      query: '?raw',
      import: 'default',
      eager: true,
    }),
    // Vite names a file of this folder `./…`, and any other `../…`; the paths here start at the repository's root.
  ).map(([file, text]) => [file.startsWith('./') ? `${root}app/${file.slice(2)}` : root + file.slice(3), text]),
);
const modules = import.meta.glob(['./person-pages.ts', '../features/helpdesk/pages.ts']);
const ids = Object.keys(textsOf(defaultLocale));
const at = (from: string, to: string): string => new URL(to, `file:///${from}`).pathname.slice(1);

/** Returns a module and everything that it imports statically. */
function closure(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file) || !files[file]) return seen;
  seen.add(file);
  for (const [, to] of files[file].matchAll(/^(?:import|export) (?!type )[^;]*?from '(\.[^']+)'/gms))
    closure(at(file, to!), seen);
  return seen;
}

/** Returns the features of the message ids in a text: complete ids, and templates that begin with a feature's name. */
function featuresIn(text: string): string[] {
  const said = ids.filter((id) => text.includes(`'${id}'`) || text.includes(`"${id}"`));
  const begun = [...text.matchAll(/`([a-z-]+)\.[\w.-]*\$\{/g)].map(([, feature]) => feature!);
  const known = new Set<string>(allFeatures);
  return [...new Set([...said.map((id) => id.split('.')[0]!), ...begun.filter((feature) => known.has(feature))])];
}

/** Removes ids that a file lists for modules loaded later: pages' titles, and the removal effect of each kind. */
const listed = (file: string, text: string): string =>
  file.endsWith('/app/pages.ts')
    ? ''
    : text.replaceAll(file.endsWith('/factor-ui.ts') ? /(?:title|replaceTitle|removalEffect): '[^']+'/g : '\0', '');

/** Returns the features that a module shows and that neither the first catalogs nor `messages` contain. */
const missing = (file: string, messages: readonly string[]): string[] =>
  featuresIn([...closure(file)].map((one) => listed(one, files[one]!)).join('\n')).filter(
    (feature) => ![...firstFeatures, ...messages].includes(feature as never),
  );

/** Returns a page's own module. Where one file exports several pages, it looks up the export. */
async function moduleOf({ load, source = `${root}features/factors/list-page.tsx` }: (typeof pages)[number]) {
  const together = modules[source.replace(`${root}app/`, './').replace(root, '../')];
  if (!together) return source;
  const [all, own] = await Promise.all([together() as Promise<Record<string, unknown>>, load()]);
  const name = Object.keys(all).find((one) => all[one] === own);
  return at(source, new RegExp(`export \\* as ${name} from '([^']+)'`).exec(files[source]!)![1]!);
}

describe('each page', () => {
  it.each(pages.map((page) => [page.path, page] as const))('%s loads the messages it shows', async (_, page) => {
    const file = await moduleOf(page);
    expect(closure(file).size).toBeGreaterThan(2);
    expect(missing(file, page.messages)).toEqual([]);
    expect([...firstFeatures, ...page.messages]).toContain(page.title.split('.')[0]);
  });

  it('and the layout around it', () => {
    expect(closure(`${root}app/entry-client.tsx`).size).toBeGreaterThan(30);
    expect(missing(`${root}app/entry-client.tsx`, [])).toEqual([]);
  });
});

describe('each module that is loaded within a page', () => {
  /** Every `import('…')` with the features named after it. A module with messages must name features. */
  const loads = Object.entries(files)
    .filter(([file]) => file !== `${root}app/pages.ts`)
    .flatMap(([file, text]) =>
      [...text.matchAll(/(?<!typeof )import\('(\.[^']+)'\)(?:,\s*(?:locale,\s*|messages: )\[([^\]]*)\])?/g)].map(
        ([, to, named = '']) => [at(file, to!), [...named.matchAll(/'([^']+)'/g)].map(([, one]) => one!)] as const,
      ),
    )
    .filter(([file]) => file in files);

  it('are found', () => expect(loads.length).toBeGreaterThan(5));
  it.each(loads)('%s loads the messages it shows', (file, messages) => {
    expect(missing(file, messages)).toEqual([]);
    expect(messages.filter((feature) => !allFeatures.includes(feature as never))).toEqual([]);
  });
});

describe('unused messages', () => {
  it.each(pages.map((page) => [page.path, page] as const))('%s loads none that it does not show', async (_, page) => {
    const used = new Set([page.title.split('.')[0]!]);
    for (const file of closure(await moduleOf(page))) for (const one of featuresIn(files[file]!)) used.add(one);
    // The helpdesk's pages share one module and one list of messages.
    if (!page.path.startsWith('/helpdesk')) expect(page.messages.filter((feature) => !used.has(feature))).toEqual([]);
  });
});

it('are detected when planted', () => {
  expect(featuresIn("t('enroll.turn_on')")).toEqual(['enroll']);
  expect(featuresIn('<Trans id="sent-code.to" />')).toEqual(['sent-code']);
  expect(featuresIn('t(`test.lead.${how}`)')).toEqual(['test']);
  expect(featuresIn("t('factors.list.title')")).toEqual(['factors']);
  expect(missing(`${root}features/factors/test-page.tsx`, ['enroll'])).toEqual(['test']);
});

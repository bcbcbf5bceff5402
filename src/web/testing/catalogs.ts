import { compileMessageOrThrow } from '@lingui/message-utils/compileMessage';

/** Texts by feature and message id. */
export type Catalogs = Record<string, Record<string, string>>;

const files = import.meta.glob<Record<string, string>>('../i18n/messages/*/*.json', { eager: true, import: 'default' });

/** Returns the catalogs of a locale, from the JSON files. */
export const catalogsOf = (locale: string): Catalogs =>
  Object.fromEntries(
    Object.entries(files)
      .filter(([file]) => file.split('/').at(-2) === locale)
      .map(([file, messages]) => [file.split('/').at(-1)!.replace('.json', ''), messages]),
  );

/** Returns the names of a message's values and elements. */
function placeholders(text: string): string[] {
  const names = new Set<string>();
  const read = (part: unknown): void => {
    if (typeof part === 'string') for (const [tag] of part.matchAll(/<\/?\w+\/?>/g)) names.add(tag);
    if (!Array.isArray(part)) return;
    const [name, kind, choices] = part as [string, string | undefined, Record<string, unknown[]> | undefined];
    names.add(`{${name}${kind ? `, ${kind}` : ''}}`);
    for (const choice of Object.values(choices ?? {})) if (Array.isArray(choice)) choice.forEach(read);
  };
  compileMessageOrThrow(text).forEach(read);
  return [...names].toSorted();
}

/** Returns where two locales' catalogs differ, besides the texts: features, ids and placeholders. */
export function differences(base: Catalogs, other: Catalogs): string[] {
  const all = (catalogs: Catalogs) => Object.values(catalogs).flatMap((messages) => Object.entries(messages));
  const [one, two] = [Object.fromEntries(all(base)), Object.fromEntries(all(other))];
  return [
    ...Object.keys(base).flatMap((feature) => (feature in other ? [] : [`no ${feature}.json`])),
    ...Object.keys(other).flatMap((feature) => (feature in base ? [] : [`${feature}.json belongs to no feature`])),
    ...Object.keys(one).flatMap((id) => (id in two ? [] : [`${id} is missing`])),
    ...Object.keys(two).flatMap((id) => (id in one ? [] : [`${id} is not a message`])),
    ...Object.entries(two).flatMap(([id, text]) => {
      if (!(id in one)) return [];
      const [wanted, found] = [placeholders(one[id]!), placeholders(text)];
      return String(wanted) === String(found) ? [] : [`${id} has ${String(found)} for ${String(wanted)}`];
    }),
  ];
}

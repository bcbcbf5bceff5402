import { compileMessageOrThrow } from '@lingui/message-utils/compileMessage';

const files = import.meta.glob<Record<string, string>>(['../../contract/locale/messages/*/*.json', '!**/emails.json'], {
  eager: true,
  import: 'default',
});

/** Returns the texts of a locale by message id, from the JSON files. */
export const readTexts = (locale: string): Record<string, string> =>
  Object.assign(
    {},
    ...Object.entries(files).flatMap(([file, texts]) => (file.split('/').at(-2) === locale ? [texts] : [])),
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

/** Returns how two locales differ apart from the texts: in message ids and placeholders. */
export const differences = (one: Record<string, string>, two: Record<string, string>): string[] => [
  ...Object.keys(one).flatMap((id) => (id in two ? [] : [`${id} is missing`])),
  ...Object.keys(two).flatMap((id) => (id in one ? [] : [`${id} is not a message`])),
  ...Object.entries(two).flatMap(([id, text]) => {
    if (!(id in one)) return [];
    const [wanted, found] = [placeholders(one[id]!), placeholders(text)];
    return String(wanted) === String(found) ? [] : [`${id} has ${String(found)} for ${String(wanted)}`];
  }),
];

import { compileMessageOrThrow } from '@lingui/message-utils/compileMessage';

const files = import.meta.glob<Record<string, string>>('../../contract/locale/messages/*/*.json', {
  eager: true,
  import: 'default',
});

const readFiles = (locale: string, has: (name: string) => boolean): Record<string, string> =>
  Object.assign(
    {},
    ...Object.entries(files).flatMap(([file, texts]) => {
      const [folder, name] = file.split('/').slice(-2);
      return folder === locale && has(name!) ? [texts] : [];
    }),
  );

export const readTexts = (locale: string): Record<string, string> =>
  readFiles(locale, (name) => name !== 'emails.json');

export const readAllTexts = (locale: string): Record<string, string> => readFiles(locale, () => true);

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

export const differences = (one: Record<string, string>, two: Record<string, string>): string[] => [
  ...Object.keys(one).flatMap((id) => (id in two ? [] : [`${id} is missing`])),
  ...Object.keys(two).flatMap((id) => (id in one ? [] : [`${id} is not a message`])),
  ...Object.entries(two).flatMap(([id, text]) => {
    if (!(id in one)) return [];
    const [wanted, found] = [placeholders(one[id]!), placeholders(text)];
    return String(wanted) === String(found) ? [] : [`${id} has ${String(found)} for ${String(wanted)}`];
  }),
];

type Choices = Record<string, unknown>;

const compile = (text: string): readonly unknown[] => [compileMessageOrThrow(text)].flat(1);

/** Includes each `plural` inside another choice. */
const findPlurals = (parts: readonly unknown[]): Choices[] =>
  parts.flatMap((part) => {
    if (!Array.isArray(part)) return [];
    const [, kind, choices = {}] = part as [string, string?, Choices?];
    const inside = Object.values(choices).flatMap((one) => (Array.isArray(one) ? findPlurals(one) : []));
    return kind === 'plural' ? [choices, ...inside] : inside;
  });

/**
 * Texts with a plural that lacks a form which the language uses for a number up to 110. Ignores the number 1 if the
 * English text has no form for it.
 */
export function lackingPlurals(
  locale: string,
  english: Record<string, string>,
  texts: Record<string, string>,
): string[] {
  const rules = new Intl.PluralRules(locale);
  const numbers = [...Array(111).keys()];
  return Object.entries(texts).flatMap(([id, text]) => {
    const hasOne = findPlurals(compile(english[id]!)).some((choices) => 'one' in choices || '1' in choices);
    const lacks = findPlurals(compile(text)).some((choices) =>
      numbers.some((one) => !(rules.select(one) in choices || String(one) in choices) && (hasOne || one !== 1)),
    );
    return lacks ? [id] : [];
  });
}

/** Each value counts as three characters. */
function measure(parts: readonly unknown[]): number {
  return parts.reduce<number>((length, part) => {
    if (typeof part === 'string') return length + part.length;
    const choices = Array.isArray(part) ? (part[2] as Choices | string | undefined) : undefined;
    if (typeof choices !== 'object') return length + 3;
    return length + Math.max(...Object.values(choices).map((one) => measure([one].flat(1))));
  }, 0);
}

/** Over 2.2 times as long as the English text. Ignores English texts under 20 characters. */
export const longTexts = (english: Record<string, string>, texts: Record<string, string>): string[] =>
  Object.entries(texts).flatMap(([id, text]) => {
    const usual = measure(compile(english[id]!));
    return usual >= 20 && measure(compile(text)) > 2.2 * usual ? [id] : [];
  });

/** Names, and words that other languages also use. The empty text stands for a text of placeholders only. */
const sharedWords = new Set(['', 'Latchkey', 'Okta Verify', 'Duo Security', 'Helpdesk', 'Code']);

export const untranslated = (english: Record<string, string>, texts: Record<string, string>): string[] =>
  Object.entries(texts).flatMap(([id, text]) => {
    const words = text.replaceAll(/\{\w+\}|[():·]/g, '').trim();
    return text === english[id] && !sharedWords.has(words) ? [id] : [];
  });

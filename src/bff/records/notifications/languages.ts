import { findLocale, type Languages, type Locale } from '#contract/locale/locales.ts';
import type { Store } from '../../platform/store/open.ts';
import { upsert } from '../../platform/store/upsert.ts';
import type { Text } from './templates/template.ts';
import { getPersonEmails } from './templates/templates.ts';
import type { PersonEmails } from './templates/person-emails.ts';

/** For how long after a change emails also have the language of before: a thief's choice hides no email. */
const BOTH_MS = 7 * 24 * 60 * 60_000;
/** How many changes are kept at most. The earliest is always kept: emails also have the language from before it. */
const MOST_KEPT = 20;

/** Who reads an email. `locale`: what Okta's profile names, if the portal offers it. */
export type Reader = { id: string; locale: Locale | null };
/** `before`: the language that held until then. `at`: milliseconds. */
type Change = { at: number; before: string };

const readRow = (tx: Store, userId: string) =>
  tx.selectFrom('known_names').select(['locale', 'locale_changes']).where('user_id', '=', userId).executeTakeFirst();

const readChanges = (row: { locale_changes: string | null } | undefined, now: number): Change[] =>
  (JSON.parse(row?.locale_changes ?? '[]') as Change[]).filter(({ at }) => at > now - BOTH_MS);

/** Returns the language that somebody chose, if they did and the portal still offers it. */
export const findChoice = async (store: Store, userId: string, languages: Languages): Promise<Locale | null> =>
  findLocale((await readRow(store, userId))?.locale, languages);

/**
 * Stores somebody's choice of language.
 * @param before the language that held until now
 * @returns false if nothing changed
 */
export async function chooseLanguage(
  tx: Store,
  { id: user_id, login, name }: { id: string; login: string; name: string },
  { locale, before, now }: { locale: Locale; before: Locale; now: number },
): Promise<boolean> {
  const row = await readRow(tx, user_id);
  if ((row?.locale ?? before) === locale) return false;
  const [earliest, ...later] = [...readChanges(row, now), { at: now, before }];
  const changes = [earliest, ...later.slice(1 - MOST_KEPT)];
  const values = { user_id, login, name, locale, locale_changes: JSON.stringify(changes) };
  await upsert(tx, 'known_names', ['user_id'], values);
  return true;
}

/** Returns the languages of an email to somebody: for seven days after a change, first the one of before. */
export async function findEmailLanguages(
  tx: Store,
  reader: Reader,
  { languages, now }: { languages: Languages; now: number },
): Promise<Locale[]> {
  if (languages.length === 1) return [languages[0]];
  const row = await readRow(tx, reader.id);
  const holds = findLocale(row?.locale, languages) ?? findLocale(reader.locale, languages) ?? languages[0];
  const earlier = findLocale(readChanges(row, now)[0]?.before, languages) ?? holds;
  return [...new Set([earlier, holds])];
}

/**
 * Writes an email to a person in their languages (`findEmailLanguages`).
 * @param write gets `again: true` for the second language, whose text repeats no link that freezes
 */
export function writeEmail(locales: readonly Locale[], write: (emails: PersonEmails, again: boolean) => Text): Text {
  const texts = locales.map((locale, index) => write(getPersonEmails(locale), index > 0));
  return { subject: texts[0]!.subject, body: texts.map(({ body }) => body).join('\n—\n\n') };
}

import { findLocale, type Languages, type Locale } from '#contract/locale/locales.ts';
import type { Store } from '../../platform/store/open.ts';
import { upsert } from '../../platform/store/upsert.ts';
import type { Text } from './templates/template.ts';
import { getPersonEmails } from './templates/templates.ts';
import type { PersonEmails } from './templates/person-emails.ts';

/** For how long after a change emails also have the language of before: a thief's choice hides no email. */
const BOTH_MS = 7 * 24 * 60 * 60_000;

/** Who reads an email. `locale`, `timeZone`: what Okta's profile names, if the portal offers it; unchecked. */
export type Reader = { id: string; locale: Locale | null; timeZone: string | null };
/** `before`: a language that held. `at`: until when, in milliseconds. Each language is in the list once. */
type Change = { at: number; before: string };

const readRow = (tx: Store, userId: string) =>
  tx.selectFrom('known_names').select(['locale', 'locale_changes']).where('user_id', '=', userId).executeTakeFirst();
type Row = Awaited<ReturnType<typeof readRow>>;

const readChanges = (row: Row, now: number): Change[] =>
  (JSON.parse(row?.locale_changes ?? '[]') as Change[]).filter(({ at }) => at > now - BOTH_MS);

/** The language that holds: what the person chose, what Okta's profile names, or the portal's default. */
const findHeld = (row: Row, reader: Reader, languages: Languages): Locale =>
  findLocale(row?.locale, languages) ?? findLocale(reader.locale, languages) ?? languages[0];

/** Returns the language that somebody chose, if they did and the portal still offers it. */
export const findChoice = async (store: Store, userId: string, languages: Languages): Promise<Locale | null> =>
  findLocale((await readRow(store, userId))?.locale, languages);

/** Returns the language that holds for somebody. */
export const findLanguage = async (store: Store, reader: Reader, languages: Languages): Promise<Locale> =>
  findHeld(await readRow(store, reader.id), reader, languages);

/**
 * Stores somebody's choice of language. A later change to or from a language that held before renews its week and
 * keeps its place, so that no number of changes ends it early or pushes it back.
 * @param before the language that held until now, read under the person's lock
 */
export async function chooseLanguage(
  tx: Store,
  { id: user_id, login, name }: { id: string; login: string; name: string },
  { locale, before, now }: { locale: Locale; before: Locale; now: number },
): Promise<void> {
  const held = readChanges(await readRow(tx, user_id), now);
  const isListed = held.some((one) => one.before === before);
  const changes = isListed
    ? held.map((one) => (one.before === before ? { at: now, before } : one))
    : [...held, { at: now, before }];
  const values = { user_id, login, name, locale, locale_changes: JSON.stringify(changes) };
  await upsert(tx, 'known_names', ['user_id'], values);
}

/** How the emails to somebody are written: in which languages, and in which zone (IANA) times are. */
export type EmailStyle = { locales: readonly Locale[]; timeZone: string };

/** Returns a zone if this machine knows it, else UTC. */
function parseTimeZone(timeZone: string | null | undefined): string {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: timeZone ?? 'UTC' }).resolvedOptions().timeZone;
  } catch {
    return 'UTC';
  }
}

/** Returns the style of an email to somebody: first the languages that held in the last seven days. */
export async function findEmailStyle(
  tx: Store,
  reader: Reader,
  { languages, now }: { languages: Languages; now: number },
): Promise<EmailStyle> {
  const timeZone = parseTimeZone(reader.timeZone);
  if (languages.length === 1) return { locales: [languages[0]], timeZone };
  const row = await readRow(tx, reader.id);
  const earlier = readChanges(row, now).flatMap(({ before }) => findLocale(before, languages) ?? []);
  return { locales: [...new Set([...earlier, findHeld(row, reader, languages)])], timeZone };
}

/** Writes an email to a person in their style, each text whole, with the same links. */
export function writeEmail({ locales, timeZone }: EmailStyle, write: (emails: PersonEmails) => Text): Text {
  const texts = locales.map((locale) => write(getPersonEmails(locale, timeZone)));
  return { subject: texts[0]!.subject, body: texts.map(({ body }) => body).join('\n—\n\n') };
}

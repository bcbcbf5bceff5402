import { findLocale, type Languages, type Locale } from '#contract/locale/locales.ts';
import { DAY_MS } from '#clock';
import type { Store } from '../../platform/store/open.ts';
import { upsert } from '../../platform/store/upsert.ts';
import type { Text } from './templates/template.ts';
import { getPersonEmails } from './templates/templates.ts';
import type { PersonEmails } from './templates/person-emails.ts';

/** How long emails are also in the former language, in ms: a thief must not hide them in a foreign language. */
const BOTH_MS = 7 * DAY_MS;

/** From Okta's profile. `locale`: null if the portal does not offer it. `timeZone`: may be invalid. */
export type Reader = { id: string; locale: Locale | null; timeZone: string | null };
/** `before`: a former language. `at`: when it was replaced, in ms. */
type Change = { at: number; before: string };

const readRow = (tx: Store, userId: string) =>
  tx
    .selectFrom('known_names')
    .select(['locale', 'held_locale', 'locale_changes'])
    .where('user_id', '=', userId)
    .executeTakeFirst();
type Row = Awaited<ReturnType<typeof readRow>>;

const readChanges = (row: Row, now: number): Change[] =>
  (JSON.parse(row?.locale_changes ?? '[]') as Change[]).filter(({ at }) => at > now - BOTH_MS);

const findHeld = (row: Row, reader: Reader, languages: Languages): Locale =>
  findLocale(row?.locale, languages) ?? findLocale(reader.locale, languages) ?? languages[0];

export const findLanguage = async (store: Store, reader: Reader, languages: Languages): Promise<Locale> =>
  findHeld(await readRow(store, reader.id), reader, languages);

/** A repeated language keeps its place in the list, and its week starts again. */
function addFormer(row: Row, former: readonly (string | null | undefined)[], now: number): string {
  const changes = new Map(readChanges(row, now).map((one) => [one.before, one]));
  for (const before of former) if (before) changes.set(before, { at: now, before });
  return JSON.stringify([...changes.values()]);
}

type Named = { id: string; login: string; name: string };

/** `before`: the language that `locale` replaces. The caller must have found it under the person's lock. */
export async function chooseLanguage(
  tx: Store,
  { id: user_id, login, name }: Named,
  { locale, before, now }: { locale: Locale; before: Locale; now: number },
): Promise<void> {
  const row = await readRow(tx, user_id);
  const locale_changes = addFormer(row, [row?.held_locale, before], now);
  await upsert(tx, 'known_names', ['user_id'], { user_id, login, name, locale, held_locale: locale, locale_changes });
}

/**
 * Stores the names, too. If Okta's profile was changed, the language of the last sign-in becomes a former one. Returns
 * the language of the session; null if the portal offers none.
 */
export async function recordLanguage(
  tx: Store,
  { login, name, ...reader }: Named & Reader,
  { languages, now }: { languages: Languages; now: number },
): Promise<Locale | null> {
  const row = await readRow(tx, reader.id);
  const held_locale = findHeld(row, reader, languages);
  const locale_changes = addFormer(row, row?.held_locale === held_locale ? [] : [row?.held_locale], now);
  await upsert(tx, 'known_names', ['user_id'], { user_id: reader.id, login, name, held_locale, locale_changes });
  return findLocale(row?.locale, languages) ?? reader.locale;
}

/** `timeZone`: an IANA id. */
export type EmailStyle = { locales: readonly Locale[]; timeZone: string };

/** UTC if this machine does not know the zone. */
function parseTimeZone(timeZone: string | null | undefined): string {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: timeZone ?? 'UTC' }).resolvedOptions().timeZone;
  } catch {
    return 'UTC';
  }
}

/** Former languages of the last seven days, and that of the last sign-in, come before the current one. */
export async function findEmailStyle(
  tx: Store,
  reader: Reader,
  { languages, now }: { languages: Languages; now: number },
): Promise<EmailStyle> {
  const timeZone = parseTimeZone(reader.timeZone);
  if (languages.length === 1) return { locales: [languages[0]], timeZone };
  const row = await readRow(tx, reader.id);
  const former = [...readChanges(row, now).map(({ before }) => before), row?.held_locale];
  const earlier = former.flatMap((one) => findLocale(one, languages) ?? []);
  return { locales: [...new Set([...earlier, findHeld(row, reader, languages)])], timeZone };
}

/** The whole text in each language, with the same links. */
export function writeEmail({ locales, timeZone }: EmailStyle, write: (emails: PersonEmails) => Text): Text {
  const texts = locales.map((locale) => write(getPersonEmails(locale, timeZone)));
  return { subject: texts[0]!.subject, body: texts.map(({ body }) => body).join('\n—\n\n') };
}

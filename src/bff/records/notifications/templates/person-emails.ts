import type { FactorKind } from '#contract/kinds.ts';
import { type Locale, locales } from '#contract/locale/locales.ts';
import type { About, Change, ChangeData, Device, EmailMethod, ResetData, Text, UnlockedData } from './template.ts';
import { bindParts } from '../../../platform/bind-parts.ts';
import { getTranslate, type Translate } from './messages.ts';

type Phrases = ReturnType<typeof createPhrases>;

/** A locale's texts, and how it writes lists, and times in a zone (IANA). */
function createPhrases(locale: Locale, timeZone: string) {
  const t = getTranslate(locale);
  const tag = locales[locale].formats;
  const day = { day: 'numeric', month: 'long', year: 'numeric' } as const;
  const time = { hour: '2-digit', minute: '2-digit', timeZoneName: 'short' } as const;
  const moment = new Intl.DateTimeFormat(tag, { ...day, ...time, timeZone });
  const list = new Intl.ListFormat(tag, { type: 'conjunction' });
  return {
    t,
    /** Writes a time (milliseconds), with its zone. */
    time: (at: number): string => moment.format(at),
    method: (method: EmailMethod): string => nameMethod(t, method),
    methods: (all: readonly EmailMethod[]): string => list.format(all.map((method) => nameMethod(t, method))),
    device: ({ browser, system }: Device): string =>
      browser && system ? t('emails.device', { browser, system }) : (browser ?? system ?? 'none'),
  };
}

/** The kinds of which an email has the detail. It is masked; that of a question is the question. */
const masked: ReadonlySet<FactorKind> = new Set(['sms', 'call', 'email']);

/** A method's name: that of its kind, after its owner's, and with the number or address that it uses. */
const nameMethod = (t: Translate, { kind: kindId, name, detail }: EmailMethod): string => {
  const kind = t(`emails.kind.${kindId}`);
  const to = masked.has(kindId) ? detail : null;
  if (name === null) return to === null ? kind : t('emails.kind_to', { kind, to });
  return to === null ? t('emails.named', { name, kind }) : t('emails.named_to', { name, kind, to });
};

/**
 * Writes what every email to a person has: the greeting, whom to tell of what the reader did not do, what the helpdesk
 * never asks for with the rule about codes, how to freeze, so that nobody takes that link for the sign-in, and last the
 * portal's name as its pages have it.
 * @param happened what happened, and what it means
 * @param ifMine what to do if the reader did or asked for it; none if nobody could have
 * @param then what to do after telling the helpdesk
 */
function writeBody(
  { t }: Phrases,
  { name, orgName, support, freezeUrl = null }: Omit<About, 'at'> & { freezeUrl?: string | null },
  happened: readonly string[],
  ifMine: string | null,
  then: readonly string[] = [],
): string {
  return [
    t('emails.hello', { name }),
    '',
    ...happened,
    '',
    ...(ifMine === null ? [] : [ifMine]),
    support ? t('emails.not_you_at', { support }) : t('emails.not_you'),
    ...then,
    '',
    `${t('emails.never_password')} ${t('emails.never_read_out')}`,
    '',
    ...(freezeUrl === null ? [] : [t('emails.freeze'), freezeUrl, t('emails.freeze_note'), '']),
    t('emails.portal', { org: orgName }),
    '',
  ].join('\n');
}

/** The values of a sentence about what somebody did to a method. */
const describeChange = (phrases: Phrases, about: ChangeData) => ({
  org: about.orgName,
  method: phrases.method(about.method),
  when: phrases.time(about.at),
  device: phrases.device(about.device),
});

/** Somebody changed a method. Opening a link of this email changes nothing. */
function writeChange(phrases: Phrases, kind: Change, about: ChangeData): Text {
  const { t } = phrases;
  const values = describeChange(phrases, about);
  const then = t('emails.then_sign_in', { url: about.portalUrl });
  return {
    subject: t(`emails.${kind}.subject`, values),
    body: writeBody(phrases, about, [t(`emails.${kind}.text`, values)], t('emails.nothing_to_do'), [then]),
  };
}

/** Somebody typed many wrong codes in this person's session. */
function writeWrongCodes(phrases: Phrases, about: ChangeData): Text {
  const { t } = phrases;
  const values = describeChange(phrases, about);
  const happened = [t('emails.wrong_codes.text', values), t('emails.wrong_codes.means')];
  const then = t('emails.wrong_codes.sign_out', { url: about.portalUrl });
  return {
    subject: t('emails.wrong_codes.subject', values),
    body: writeBody(phrases, about, happened, t('emails.nothing_to_do'), [then]),
  };
}

/** The values of a sentence about what the helpdesk did. */
const describeHelpdesk = (phrases: Phrases, { orgName, agent, at }: UnlockedData | ResetData) => ({
  org: orgName,
  agent,
  when: phrases.time(at),
});

/** The helpdesk reset methods. */
function writeReset(phrases: Phrases, about: ResetData): Text {
  const { t } = phrases;
  const values = { ...describeHelpdesk(phrases, about), methods: phrases.methods(about.methods) };
  const all = about.methods.length > 0 ? '' : '_all';
  const happened = [
    t(`emails.reset.text${all}`, values),
    ...(about.nothingLeft
      ? [t('emails.reset.nothing_left'), '', t('emails.reset.add', { url: about.addUrl })]
      : ['', t('emails.reset.methods', { url: about.addUrl })]),
    ...(about.code === null ? [] : [t('emails.reset.code', { code: about.code }), t('emails.reset.code_note')]),
  ];
  return {
    subject: t(`emails.reset.subject${all}`, values),
    body: writeBody(phrases, about, happened, t('emails.reset.nothing_else')),
  };
}

/** Changes to the person's methods are frozen, or possible again. */
function writeFreeze(phrases: Phrases, change: 'frozen' | 'unfrozen', about: About): Text {
  const { t } = phrases;
  const text = t(`emails.${change}.text`, { when: phrases.time(about.at) });
  return {
    subject: t(`emails.${change}.subject`, { org: about.orgName }),
    body: writeBody(phrases, about, change === 'frozen' ? [text, t('emails.frozen.means')] : [text], null),
  };
}

/** The helpdesk ended the account's lock-out at Okta. */
function writeUnlocked(phrases: Phrases, about: UnlockedData): Text {
  const { t } = phrases;
  const values = describeHelpdesk(phrases, about);
  return {
    subject: t('emails.unlocked.subject', values),
    body: writeBody(phrases, about, [t('emails.unlocked.text', values)], t('emails.asked')),
  };
}

export type PersonEmails = ReturnType<typeof createPersonEmails>;

/** Creates the emails to a person in one language, with times in one zone (IANA). */
export const createPersonEmails = (locale: Locale, timeZone: string) =>
  bindParts(createPhrases(locale, timeZone), {
    change: writeChange,
    wrongCodes: writeWrongCodes,
    reset: writeReset,
    freeze: writeFreeze,
    unlocked: writeUnlocked,
  });

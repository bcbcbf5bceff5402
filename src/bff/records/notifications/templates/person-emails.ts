import { createListFormat } from '#contract/locale/lists.ts';
import { type Locale, locales } from '#contract/locale/locales.ts';
import type { About, Change, ChangeData, Device, EmailMethod, ResetData, Text, UnlockedData } from './template.ts';
import { bindParts } from '../../../platform/bind-parts.ts';
import { kinds } from '../../../platform/kinds/registry.ts';
import { getTranslate, type Translate } from './messages.ts';

type Phrases = ReturnType<typeof createPhrases>;

function createPhrases(locale: Locale, timeZone: string) {
  const t = getTranslate(locale);
  const tag = locales[locale].formats;
  const day = { day: 'numeric', month: 'long', year: 'numeric' } as const;
  const time = { hour: '2-digit', minute: '2-digit', timeZoneName: 'short' } as const;
  const moment = new Intl.DateTimeFormat(tag, { ...day, ...time, timeZone });
  const list = createListFormat(locale);
  return {
    t,
    /** `at` in ms. */
    time: (at: number): string => moment.format(at),
    method: (method: EmailMethod): string => nameMethod(t, method),
    methods: (all: readonly EmailMethod[]): string => list(all.map((method) => nameMethod(t, method))),
    device: ({ browser, system }: Device): string =>
      browser && system ? t('emails.device', { browser, system }) : (browser ?? system ?? 'none'),
  };
}

/** Only kinds that send codes show their `detail`: the `detail` of a question is its text. */
const nameMethod = (t: Translate, { kind: kindId, name, detail }: EmailMethod): string => {
  const kind = t(`emails.kind.${kindId}`);
  const to = kinds[kindId].sendsTo === null ? null : detail;
  if (name === null) return to === null ? kind : t('emails.kind_to', { kind, to });
  return to === null ? t('emails.named', { name, kind }) : t('emails.named_to', { name, kind, to });
};

/**
 * The freeze link comes near the end, so that nobody takes it for a link to the sign-in.
 * @param ifMine what to do if the action was the reader's; null if the reader cannot have done it
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

const describeChange = (phrases: Phrases, data: ChangeData) => ({
  org: data.orgName,
  method: phrases.method(data.method),
  when: phrases.time(data.at),
  device: phrases.device(data.device),
});

/** Opening a link in this email changes nothing. */
function writeChange(phrases: Phrases, kind: Change, data: ChangeData): Text {
  const { t } = phrases;
  const values = describeChange(phrases, data);
  const then = t('emails.then_sign_in', { url: data.portalUrl });
  return {
    subject: t(`emails.${kind}.subject`, values),
    body: writeBody(phrases, data, [t(`emails.${kind}.text`, values)], t('emails.nothing_to_do'), [then]),
  };
}

function writeWrongCodes(phrases: Phrases, data: ChangeData): Text {
  const { t } = phrases;
  const values = describeChange(phrases, data);
  const happened = [t('emails.wrong_codes.text', values), t('emails.wrong_codes.means')];
  const then = t('emails.wrong_codes.sign_out', { url: data.portalUrl });
  return {
    subject: t('emails.wrong_codes.subject', values),
    body: writeBody(phrases, data, happened, t('emails.nothing_to_do'), [then]),
  };
}

const describeHelpdesk = (phrases: Phrases, { orgName, agent, at }: UnlockedData | ResetData) => ({
  org: orgName,
  agent,
  when: phrases.time(at),
});

function writeReset(phrases: Phrases, data: ResetData): Text {
  const { t } = phrases;
  const values = { ...describeHelpdesk(phrases, data), methods: phrases.methods(data.methods) };
  const all = data.methods.length > 0 ? '' : '_all';
  const happened = [
    t(`emails.reset.text${all}`, values),
    ...(data.nothingLeft
      ? [t('emails.reset.nothing_left'), '', t('emails.reset.add', { url: data.addUrl })]
      : ['', t('emails.reset.methods', { url: data.addUrl })]),
    ...(data.code === null ? [] : [t('emails.reset.code', { code: data.code }), t('emails.reset.code_note')]),
  ];
  return {
    subject: t(`emails.reset.subject${all}`, values),
    body: writeBody(phrases, data, happened, t('emails.reset.nothing_else')),
  };
}

function writeFreeze(phrases: Phrases, change: 'frozen' | 'unfrozen', data: About): Text {
  const { t } = phrases;
  const text = t(`emails.${change}.text`, { when: phrases.time(data.at) });
  return {
    subject: t(`emails.${change}.subject`, { org: data.orgName }),
    body: writeBody(phrases, data, change === 'frozen' ? [text, t('emails.frozen.means')] : [text], null),
  };
}

function writeUnlocked(phrases: Phrases, data: UnlockedData): Text {
  const { t } = phrases;
  const values = describeHelpdesk(phrases, data);
  return {
    subject: t('emails.unlocked.subject', values),
    body: writeBody(phrases, data, [t('emails.unlocked.text', values)], t('emails.asked')),
  };
}

export type PersonEmails = ReturnType<typeof createPersonEmails>;

/** `timeZone`: an IANA id. */
export const createPersonEmails = (locale: Locale, timeZone: string) =>
  bindParts(createPhrases(locale, timeZone), {
    change: writeChange,
    wrongCodes: writeWrongCodes,
    reset: writeReset,
    freeze: writeFreeze,
    unlocked: writeUnlocked,
  });

import type { NamedMethod } from '#contract/endpoints.ts';
import { type Locale, locales } from '#contract/locale/locales.ts';
import type { About, Change, ChangeData, Device, ResetData, Text, UnlockedData } from './template.ts';
import { getTranslate, type Translate } from './messages.ts';

/** A locale's texts, and how it writes times and lists. */
function createPhrases(locale: Locale) {
  const t = getTranslate(locale);
  const tag = locales[locale].formats;
  const moment = new Intl.DateTimeFormat(tag, { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' });
  const list = new Intl.ListFormat(tag, { type: 'conjunction' });
  return {
    t,
    /** Writes a time (milliseconds) in UTC. */
    time: (at: number): string => `${moment.format(at)} UTC`,
    method: (method: NamedMethod): string => nameMethod(t, method),
    methods: (all: readonly NamedMethod[]): string => list.format(all.map((method) => nameMethod(t, method))),
    device: ({ browser, system }: Device): string =>
      browser && system ? t('emails.device', { browser, system }) : (browser ?? system ?? 'none'),
  };
}

/** A method's name: its owner's with its kind, else that of the kind. */
const nameMethod = (t: Translate, { kind, name }: NamedMethod): string => {
  const own = t(`emails.kind.${kind}`);
  return name === null ? own : t('emails.named', { name, kind: own });
};

/** Says whom to tell of what the reader did not do. */
const tellHelpdesk = (t: Translate, support: string | null): string =>
  support ? t('emails.not_you_at', { support }) : t('emails.not_you');

/** What the helpdesk never asks for, and the rule about codes, in every email to a person. */
const never = (t: Translate): string => `${t('emails.never_password')} ${t('emails.never_read_out')}`;

/** Says how to freeze, last in an email, so that nobody takes the link for the way to sign in. */
const freezeAt = (t: Translate, url: string | null): string[] =>
  url === null ? [] : [t('emails.freeze'), url, t('emails.freeze_note'), ''];

export type PersonEmails = ReturnType<typeof createPersonEmails>;

/** Creates the emails to a person in one language. */
export function createPersonEmails(locale: Locale) {
  const phrases = createPhrases(locale);
  const { t } = phrases;
  const greet = ({ name }: { name: string }): string[] => [t('emails.hello', { name }), ''];
  return {
    /** Somebody changed a method. Opening a link of this email changes nothing. */
    change(kind: Change, about: ChangeData): Text {
      const method = phrases.method(about.method);
      const values = { method, when: phrases.time(about.at), device: phrases.device(about.device) };
      return {
        subject: t(`emails.${kind}.subject`, { org: about.orgName, method }),
        body: [
          ...greet(about),
          t(`emails.${kind}.text`, values),
          '',
          t('emails.nothing_to_do'),
          tellHelpdesk(t, about.support),
          t('emails.then_sign_in', { url: about.portalUrl }),
          '',
          never(t),
          '',
          ...freezeAt(t, about.freezeUrl),
        ].join('\n'),
      };
    },

    /** Somebody typed many wrong codes in this person's session. */
    wrongCodes(about: ChangeData): Text {
      const method = phrases.method(about.method);
      const values = { method, when: phrases.time(about.at), device: phrases.device(about.device) };
      return {
        subject: t('emails.wrong_codes.subject', { org: about.orgName, method }),
        body: [
          ...greet(about),
          t('emails.wrong_codes.text', values),
          t('emails.wrong_codes.means'),
          '',
          t('emails.nothing_to_do'),
          tellHelpdesk(t, about.support),
          t('emails.wrong_codes.sign_out', { url: about.portalUrl }),
          '',
          never(t),
          '',
          ...freezeAt(t, about.freezeUrl),
        ].join('\n'),
      };
    },

    /** The helpdesk reset methods. */
    reset(about: ResetData): Text {
      const values = { org: about.orgName, agent: about.agent, when: phrases.time(about.at) };
      const methods = phrases.methods(about.methods);
      const isNamed = about.methods.length > 0;
      return {
        subject: t(isNamed ? 'emails.reset.subject' : 'emails.reset.subject_all', { ...values, methods }),
        body: [
          ...greet(about),
          t(isNamed ? 'emails.reset.text' : 'emails.reset.text_all', { ...values, methods }),
          ...(about.nothingLeft
            ? [t('emails.reset.nothing_left'), '', t('emails.reset.add', { url: about.addUrl })]
            : ['', t('emails.reset.methods', { url: about.addUrl })]),
          ...(about.code === null ? [] : [t('emails.reset.code', { code: about.code }), t('emails.reset.code_note')]),
          '',
          t('emails.reset.nothing_else'),
          tellHelpdesk(t, about.support),
          '',
          never(t),
          '',
          ...freezeAt(t, about.freezeUrl),
        ].join('\n'),
      };
    },

    /** Changes to the person's methods are frozen, or possible again. */
    freeze(change: 'frozen' | 'unfrozen', about: About): Text {
      return {
        subject: t(`emails.${change}.subject`, { org: about.orgName }),
        body: [
          ...greet(about),
          t(`emails.${change}.text`, { when: phrases.time(about.at) }),
          ...(change === 'frozen' ? [t('emails.frozen.means')] : []),
          '',
          tellHelpdesk(t, about.support),
          '',
          never(t),
          '',
        ].join('\n'),
      };
    },

    /** The helpdesk ended the account's lock-out at Okta. */
    unlocked(about: UnlockedData): Text {
      const values = { org: about.orgName, agent: about.agent, when: phrases.time(about.at) };
      return {
        subject: t('emails.unlocked.subject', values),
        body: [
          ...greet(about),
          t('emails.unlocked.text', values),
          '',
          t('emails.asked'),
          tellHelpdesk(t, about.support),
          '',
          never(t),
          '',
          ...freezeAt(t, about.freezeUrl),
        ].join('\n'),
      };
    },
  };
}

import type { MessageId } from '../i18n/translate.tsx';

/** What is typed into the one field of a form, and what is said about it. */
export type Entry = {
  label: MessageId;
  hint?: MessageId;
  /** Nothing typed; not possibly right; judged and wrong. */
  empty: MessageId;
  malformed: MessageId;
  wrong: MessageId;
  /** Of a code. Goes into every text, as `digits`. */
  digits: number;
  /** `digits`: a keypad. `letters`: a key types them. `hidden`: shown on wish only. */
  look: 'digits' | 'letters' | 'hidden';
};

/** A code that an app shows. */
export const appCode: Entry = {
  label: 'code.label',
  empty: 'code.empty',
  malformed: 'code.not_a_code',
  wrong: 'code.wrong',
  digits: 6,
  look: 'digits',
};

export const hintedAppCode: Entry = { ...appCode, hint: 'code.hint' };

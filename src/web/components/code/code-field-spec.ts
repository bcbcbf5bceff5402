import type { MessageId } from '../../i18n/translate.tsx';

/** What is typed into the one field of a form, and what is said about it. */
export type CodeFieldSpec = {
  label: MessageId;
  hint?: MessageId;
  /** Nothing typed; not possibly right; judged and wrong. */
  empty: MessageId;
  malformed: MessageId;
  wrong: MessageId;
  /** Of a code. Goes into every text, as `digits`. */
  digits: number;
  /** `digits`: a keypad. `letters`: a key types them. `hidden`: shown on wish only. */
  inputType: 'digits' | 'letters' | 'masked';
};

/** A code that an app shows. */
export const appCodeField: CodeFieldSpec = {
  label: 'verification.code.label',
  empty: 'verification.code.empty',
  malformed: 'verification.code.not_a_code',
  wrong: 'verification.code.wrong',
  digits: 6,
  inputType: 'digits',
};

export const hintedAppCodeField: CodeFieldSpec = { ...appCodeField, hint: 'verification.code.hint' };

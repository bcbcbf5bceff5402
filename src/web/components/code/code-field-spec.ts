import type { MessageId } from '../../i18n/translate.tsx';

/** A code field: its input type, label and messages. */
export type CodeFieldSpec = {
  label: MessageId;
  hint?: MessageId;
  /** Messages: nothing typed; not a code; refused by the server. */
  empty: MessageId;
  malformed: MessageId;
  wrong: MessageId;
  /** The code's length; every text gets it as `digits`. 0: Okta fixes none. */
  digits: number;
  /** `digits`: numeric keypad. `letters`: typed by a key. `hidden`: masked until the user shows it. */
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

/** Whether an app makes the codes: a phone whose clock is wrong then shows wrong codes. */
export const isAppCode = (spec: CodeFieldSpec): boolean => spec === appCodeField || spec === hintedAppCodeField;

import type { MessageId } from '../../i18n/translate.tsx';

/** A code field: its input type, label and messages. */
export type CodeFieldSpec = {
  label: MessageId;
  hint?: MessageId;
  /** Messages for an empty field, for a malformed code, and for a code that the server refused. */
  empty: MessageId;
  malformed: MessageId;
  wrong: MessageId;
  /** The code's length; every message gets it as `digits`. 0: the length varies. */
  digits: number;
  /** `digits`: numeric keypad. `letters`: any keyboard. `masked`: hidden until the person shows it. */
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

/** Whether the code comes from an app. An app on a phone whose clock is wrong shows wrong codes. */
export const isAppCode = (spec: CodeFieldSpec): boolean => spec === appCodeField || spec === hintedAppCodeField;

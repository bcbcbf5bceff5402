import type { MessageId } from '../../i18n/translate.tsx';

export type CodeFieldSpec = {
  label: MessageId;
  hint?: MessageId;
  /** `wrong`: the server refused the code. */
  empty: MessageId;
  malformed: MessageId;
  wrong: MessageId;
  /** The code's length. 0: the length varies. */
  digits: number;
  /** `letters`: any keyboard. `masked`: hidden until the person shows it. */
  inputType: 'digits' | 'letters' | 'masked';
};

export const appCodeField: CodeFieldSpec = {
  label: 'verification.code.label',
  empty: 'verification.code.empty',
  malformed: 'verification.code.not_a_code',
  wrong: 'verification.code.wrong',
  digits: 6,
  inputType: 'digits',
};

export const hintedAppCodeField: CodeFieldSpec = { ...appCodeField, hint: 'verification.code.hint' };

/** An app on a phone whose clock is wrong shows wrong codes. */
export const isAppCode = (spec: CodeFieldSpec): boolean => spec === appCodeField || spec === hintedAppCodeField;

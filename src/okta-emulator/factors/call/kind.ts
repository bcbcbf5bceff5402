import { OktaError } from '../../wire/errors.ts';
import type { Json, Kind } from '../kind/kind.ts';
import { chooseLanguage } from '../kind/language.ts';
import { sentCodeHooks } from '../kind/passcode.ts';
import { phoneHooks } from '../phones/phone.ts';
import { sendCode } from '../kind/sent-code.ts';
import { callSignIn } from '../kind/sign-in.ts';

const spoken: Record<'en' | 'de' | 'es' | 'fr', (digits: string) => string> = {
  en: (digits) => `Your verification code is ${digits}. Once again: ${digits}.`,
  de: (digits) => `Ihr Bestätigungscode lautet ${digits}. Noch einmal: ${digits}.`,
  es: (digits) => `Su código de verificación es ${digits}. Una vez más: ${digits}.`,
  fr: (digits) => `Votre code de vérification est ${digits}. Encore une fois : ${digits}.`,
};

/** Throws E0000121 for an extension that cannot be dialled. */
function readExtension({ phoneExtension: given }: Json): string | undefined {
  if (given === undefined || given === null || given === '') return undefined;
  if (typeof given !== 'string' || !/^[0-9*#,]{1,15}$/.test(given)) throw new OktaError('E0000121');
  return given;
}

export const call: Kind = {
  factorType: 'call',
  provider: 'OKTA',
  idPrefix: 'clf',
  several: (engine) => engine === 'oie',
  offeredBy: ['classic', 'oie'],
  links: { PENDING_ACTIVATION: ['resend', 'activate'], ACTIVE: ['verify'] },
  answerFields: ['passCode'],
  signIn: callSignIn,
  ...phoneHooks({
    channel: 'call',
    readExtension,
    send: (input, { phoneNumber }) =>
      sendCode(input, {
        channel: 'call',
        to: phoneNumber,
        digits: 5,
        lifetimeSeconds: 300,
        replaces: input.emulator.engine === 'oie',
        text: (code) =>
          spoken[chooseLanguage(input.headers.acceptLanguage, Object.keys(spoken) as (keyof typeof spoken)[])](
            [...code].join(', '),
          ),
      }),
  }),
  ...sentCodeHooks,
};

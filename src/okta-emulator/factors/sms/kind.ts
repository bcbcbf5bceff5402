import type { Kind } from '../kind/kind.ts';
import { sentCodeHooks } from '../kind/passcode.ts';
import { phoneHooks } from '../phones/phone.ts';
import { sendCode } from '../kind/sent-code.ts';
import { smsText } from './texts.ts';
import { smsSignIn } from '../kind/sign-in.ts';

/** While pending, the id is the phone's (`mbl…`). On Classic, an older code stays valid beside a newer one. */
export const sms: Kind = {
  factorType: 'sms',
  provider: 'OKTA',
  idPrefix: 'sms',
  pendingPrefix: 'mbl',
  several: (engine) => engine === 'oie',
  offeredBy: ['classic', 'oie'],
  links: { PENDING_ACTIVATION: ['resend', 'activate'], ACTIVE: ['verify'] },
  answerFields: ['passCode'],
  signIn: smsSignIn,
  ...phoneHooks({
    channel: 'sms',
    readExtension: () => undefined,
    send: (input, { phoneNumber }) => {
      const { templateId } = input.query;
      const { acceptLanguage } = input.headers;
      return sendCode(input, {
        channel: 'sms',
        to: phoneNumber,
        digits: 6,
        lifetimeSeconds: 300,
        replaces: input.emulator.engine === 'oie',
        text: (code) => smsText(input.emulator.smsTemplates, { templateId, acceptLanguage }, code),
      });
    },
  }),
  ...sentCodeHooks,
};

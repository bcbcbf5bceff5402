import type { NamedMethod } from '#contract/endpoints.ts';
import type { CallerVerification, HelpdeskPerson } from '#contract/helpdesk.ts';
import { useMethodName } from '../../../components/factor/method-name.ts';
import { useFormats } from '../../../i18n/format.ts';
import { useTranslate } from '../../../i18n/translate.tsx';

const spoken = ['totp', 'sms', 'call', 'email', 'question', 'webauthn'] as const;
const isSpoken = (kind: string): kind is (typeof spoken)[number] => spoken.some((one) => one === kind);

/** The sentence that the agent reads out: what will be reset, and why. */
export function useSentence({ factors }: HelpdeskPerson): (choice: CallerVerification['choice']) => string {
  const t = useTranslate();
  const formats = useFormats();
  const getName = useMethodName();
  /** “your” before a kind, or the person's own name for the method. */
  const speak = ({ kind, name }: NamedMethod): string =>
    name === null && isSpoken(kind) ? t(`helpdesk-caller-verification.spoken_${kind}`) : getName({ kind, name });
  return ({ factorIds, reason }) => {
    const named = factors.filter(({ id }) => factorIds === 'all' || factorIds.includes(id));
    const values = {
      names: formats.list(named.map(speak)),
      reason,
    };
    if (reason === 'locked-out') return t('helpdesk-caller-verification.say_unlock');
    if (factorIds.length === 0) return t('helpdesk-caller-verification.say_unfreeze');
    return t(
      factorIds === 'all' ? 'helpdesk-caller-verification.say_all' : 'helpdesk-caller-verification.say_reset',
      values,
    );
  };
}

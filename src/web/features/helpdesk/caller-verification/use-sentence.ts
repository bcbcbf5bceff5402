import type { CallerVerification, HelpdeskPerson } from '#contract/helpdesk.ts';
import { useMethodName } from '../../../components/factor/method-name.ts';
import { useFormats } from '../../../i18n/format.ts';
import { useTranslate } from '../../../i18n/translate.tsx';

/** Returns the function that says a verification's choice as the agent reads it out: what will be reset, and why. */
export function useSentence({ factors }: HelpdeskPerson): (choice: CallerVerification['choice']) => string {
  const t = useTranslate();
  const formats = useFormats();
  const getMethodName = useMethodName();
  return ({ factorIds, reason }) => {
    const named = factors.filter(({ id }) => factorIds === 'all' || factorIds.includes(id));
    // What is known or an address is not lost, broken or in somebody's hands.
    const areThings = named.every(({ kind }) => kind !== 'question' && kind !== 'email');
    const values = {
      names: formats.list(named.map(getMethodName)),
      count: named.length,
      reason: areThings ? reason : 'other',
    };
    if (reason === 'locked-out') return t('helpdesk-caller-verification.say_unlock');
    if (factorIds.length === 0) return t('helpdesk-caller-verification.say_unfreeze');
    return t(
      factorIds === 'all' ? 'helpdesk-caller-verification.say_all' : 'helpdesk-caller-verification.say_reset',
      values,
    );
  };
}

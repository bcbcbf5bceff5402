import type { ReactElement } from 'react';
import { useOtherApprover } from '../../../api/helpdesk-queries.ts';
import type { CallerVerification } from '#contract/helpdesk.ts';
import { useTranslate } from '../../../i18n/translate.tsx';

/** Says that a verified caller is not enough alone, and why. */
export function NeedsApprover({ verification }: { verification: CallerVerification }): ReactElement | null {
  const t = useTranslate();
  const other = useOtherApprover();
  const { doubt, needsApproval, type } = verification;
  if (!needsApproval) return null;
  if (doubt) return <> {t(`helpdesk-caller-verification.doubt_${doubt}`, other)}</>;
  const isWeak = type === 'own-session';
  return (
    <>
      {' '}
      {t(isWeak ? 'helpdesk-caller-verification.weak_answer' : 'helpdesk-caller-verification.needs_approver', other)}
    </>
  );
}

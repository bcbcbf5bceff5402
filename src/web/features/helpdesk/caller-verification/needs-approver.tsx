import type { ReactElement } from 'react';
import { useOtherApprover } from '../../../api/helpdesk-queries.ts';
import type { CallerVerification } from '#contract/helpdesk.ts';
import { useTranslate, type MessageId } from '../../../i18n/translate.tsx';

/** Why a method that verifies the caller is not enough alone. */
export const doubtMessages: Record<NonNullable<CallerVerification['doubt']>, MessageId> = {
  same_method: 'helpdesk-caller-verification.doubt_same_method',
  same_phone: 'helpdesk-caller-verification.doubt_same_phone',
};

/** Says that a verified caller is not enough alone, and why. */
export function NeedsApprover({ verification }: { verification: CallerVerification }): ReactElement | null {
  const t = useTranslate();
  const other = useOtherApprover();
  const { doubt, needsApproval, type } = verification;
  if (!needsApproval) return null;
  if (doubt) return <> {t(doubtMessages[doubt], other)}</>;
  const isWeak = type === 'own-session';
  return (
    <>
      {' '}
      {t(isWeak ? 'helpdesk-caller-verification.weak_answer' : 'helpdesk-caller-verification.needs_approver', other)}
    </>
  );
}

import type { ReactElement } from 'react';
import type { CallerVerification } from '#contract/helpdesk.ts';
import { useTranslate } from '../../../i18n/translate.tsx';

/** Says that a verified caller is not enough alone, and why. */
export function NeedsApprover({ verification }: { verification: CallerVerification }): ReactElement | null {
  const t = useTranslate();
  if (!verification.needsApproval) return null;
  const isWeak = verification.type === 'own-session';
  return <> {t(isWeak ? 'helpdesk-caller-verification.weak_answer' : 'helpdesk-caller-verification.needs_approver')}</>;
}

import type { ReactElement } from 'react';
import type { Approval } from '#contract/helpdesk.ts';
import { useTranslate } from '../../../i18n/translate.tsx';
import { getEnd } from '../messages/request-messages.ts';

export function ApprovalStatus({ approval }: { approval: Approval }): ReactElement {
  const t = useTranslate();
  return (
    <span className={approval.status === 'done' && !approval.recoveryCodeWaits ? 'badge good' : 'badge caution'}>
      {t(
        approval.recoveryCodeWaits
          ? 'helpdesk-approvals.code_waits'
          : `helpdesk-approvals.approval_status_${getEnd(approval)}`,
      )}
    </span>
  );
}

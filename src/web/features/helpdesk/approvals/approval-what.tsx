import type { ReactElement } from 'react';
import type { Approval } from '#contract/helpdesk.ts';
import { useMethodName } from '../../../components/factor/method-name.ts';
import { useFormats } from '../../../i18n/format.ts';
import { useTranslate } from '../../../i18n/translate.tsx';

/** What a request asks for: to unlock, to unfreeze, to reset these or all methods, or a new recovery code. */
export function ApprovalWhat({
  approval: { methods, all, unfreezes, unlocks },
}: {
  approval: Pick<Approval, 'methods' | 'all' | 'unfreezes' | 'unlocks'>;
}): ReactElement {
  const t = useTranslate();
  const formats = useFormats();
  const nameOf = useMethodName();
  const what = methods.map((one) => (one.detail === null ? nameOf(one) : `${nameOf(one)} (${one.detail})`));
  if (unlocks) return <>{t('helpdesk-approvals.approval_unlocks')}</>;
  return (
    <>
      {unfreezes && <>{t('helpdesk-approvals.approval_unfreezes')} </>}
      {(!unfreezes || all || what.length > 0) &&
        t(
          what.length === 0
            ? 'helpdesk-approvals.approval_code'
            : all
              ? 'helpdesk-approvals.approval_all'
              : 'helpdesk-approvals.approval_these',
          { names: formats.list(what) },
        )}
    </>
  );
}

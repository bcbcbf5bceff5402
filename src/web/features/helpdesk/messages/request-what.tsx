import type { ReactElement } from 'react';
import type { Approval } from '#contract/helpdesk.ts';
import { useMethodName } from '../../../components/factor/method-name.ts';
import { useFormats } from '../../../i18n/format.ts';
import { useTranslate } from '../../../i18n/translate.tsx';

export function RequestWhat({
  request: { methods, all, operation, resetFirst },
}: {
  request: Pick<Approval, 'methods' | 'all' | 'operation' | 'resetFirst'>;
}): ReactElement {
  const t = useTranslate();
  const formats = useFormats();
  const getMethodName = useMethodName();
  const what = methods.map((one) =>
    one.detail === null ? getMethodName(one) : `${getMethodName(one)} (${one.detail})`,
  );
  const names = formats.list(what);
  if (operation !== 'reset') return <>{resetFirst && t('helpdesk-approvals.approval_after')}</>;
  if (what.length === 0) return <>{t('helpdesk-approvals.approval_code')}</>;
  return <>{all ? t('helpdesk-approvals.approval_all', { names }) : names}</>;
}

import type { ReactElement, ReactNode } from 'react';
import { useTranslate, type MessageId } from '../../../i18n/translate.tsx';

export function ApprovalLine({ term, children }: { term: MessageId; children: ReactNode }): ReactElement {
  const t = useTranslate();
  return (
    <div>
      <dt>{t(term)}</dt>
      <dd>{children}</dd>
    </div>
  );
}

import type { ReactElement } from 'react';
import type { Approval } from '#contract/helpdesk.ts';
import { useTranslate } from '../../../i18n/translate.tsx';

type DecisionText = Pick<Approval, 'denial' | 'decisionNote'>;

export const hasSaid = ({ denial, decisionNote }: DecisionText): boolean => denial !== null || decisionNote !== null;

export function ApproverSaid({ approval: { denial, decisionNote } }: { approval: DecisionText }): ReactElement {
  const t = useTranslate();
  return (
    <>
      {denial && denial !== 'other' && t(`helpdesk-denial.${denial}`)}{' '}
      {decisionNote !== null && t('helpdesk-denial.note', { note: decisionNote })}
    </>
  );
}

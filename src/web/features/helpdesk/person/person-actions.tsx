import { type ComponentProps, type ReactElement, useState } from 'react';
import type { HelpdeskPerson } from '#contract/helpdesk.ts';
import { Button } from '../../../components/ui/button.tsx';
import { useTranslate } from '../../../i18n/translate.tsx';
import { Later, type Load } from '../layout/later.tsx';
import { keepDraft } from '../reset/reset-draft.ts';
import css from './person.module.css';
import type ReportForm from '../report/report-form.tsx';

const form: Load<ComponentProps<typeof ReportForm>> = () => import('../report/report-form.tsx');

/** `isOpen`: undefined until the form was first opened. A reported call is over, so its draft is deleted. */
export function useReport(userId: string) {
  const [isOpen, setOpen] = useState<boolean>();
  const [reported, setReported] = useState(0);
  const close = (isReported = false): void => {
    setOpen(false);
    if (!isReported) return;
    keepDraft(userId, undefined);
    setReported(reported + 1);
  };
  return { isOpen, reported, open: () => setOpen(true), close };
}
export type Report = ReturnType<typeof useReport>;

export function PersonActions({ found, report }: { found: HelpdeskPerson; report: Report }): ReactElement | null {
  const t = useTranslate();
  if (!found.permissions.report.allowed) return null;
  return (
    <div className={css.actions}>
      {report.isOpen ? (
        <section>
          <h2>{t('helpdesk-person.report_call')}</h2>
          <Later load={form} props={{ userId: found.person.id, onClose: report.close }} />
        </section>
      ) : (
        // Takes the focus, because the closed form had it.
        <Button variant="text-button" focusOnMount={report.isOpen === false} onClick={report.open}>
          {t('helpdesk-person.report_call')}
        </Button>
      )}
    </div>
  );
}

import { type ComponentProps, type ReactElement, useState } from 'react';
import type { HelpdeskPerson } from '#contract/helpdesk.ts';
import { Button } from '../../../components/ui/button.tsx';
import { useTranslate } from '../../../i18n/translate.tsx';
import { Later, type Load } from '../layout/later.tsx';
import { places } from '../reset/places.ts';
import css from './person.module.css';
import type ReportForm from '../report/report-form.tsx';

const form: Load<ComponentProps<typeof ReportForm>> = () => import('../report/report-form.tsx');

export function PersonActions({ found: { person, permissions } }: { found: HelpdeskPerson }): ReactElement | null {
  const t = useTranslate();
  /** Undefined until the form was first opened. */
  const [open, setOpen] = useState<boolean>();
  if (!permissions.report.allowed) return null;
  return (
    <div className={css.actions}>
      {open ? (
        <section>
          <h2>{t('helpdesk-person.report_call')}</h2>
          <Later load={form} props={{ userId: person.id, onClose: () => setOpen(false) }} />
        </section>
      ) : (
        <span id={places.report}>
          {/* Takes the focus, because the closed form had it. */}
          <Button variant="text-button" focusOnMount={open === false} onClick={() => setOpen(true)}>
            {t('helpdesk-person.report_call')}
          </Button>
        </span>
      )}
    </div>
  );
}

import { type ReactElement, useState } from 'react';
import type { AuditAct } from '#contract/helpdesk.ts';
import { Button } from '../../../components/ui/button.tsx';
import { Later } from '../layout/later.tsx';
import { RelativeTime } from '../../../components/ui/relative-time.tsx';
import { Trans, useTranslate, type Translate } from '../../../i18n/translate.tsx';
import { mistakeMessages } from './act-messages.ts';
import css from './audit-log.module.css';

type Amendment = AuditAct['amendments'][number];

const amendForm = { load: () => import('./amend-form.tsx'), messages: ['helpdesk', 'helpdesk-amendment'] } as const;

/** Says in a few words what an amendment says was wrong. */
export const sayMistake = (t: Translate, { mistake, ticket }: Amendment): string =>
  t(mistakeMessages[mistake], { ticket: ticket ?? 'none' });

/** What was wrong with an act, and the way to say so. */
export function Amendments({ act: { amendments, amends } }: { act: AuditAct }): ReactElement {
  const t = useTranslate();
  const [open, setOpen] = useState(false);
  return (
    <>
      {amendments.map((one) => (
        <p key={`${one.at} ${one.reason}`} className={css.note}>
          <Trans
            id="helpdesk-audit-log.corrected_by"
            values={{
              by: one.by ?? t('helpdesk-audit-log.somebody'),
              when: <RelativeTime iso={one.at} />,
              what: sayMistake(t, one),
              reason: one.reason,
            }}
          />
        </p>
      ))}
      {amends !== null && (
        <div className={css.amend}>
          {open ? (
            <Later part={amendForm} props={{ seq: amends, onClose: () => setOpen(false) }} />
          ) : (
            <Button variant="text-button" onClick={() => setOpen(true)}>
              {t('helpdesk-audit-log.correct')}
            </Button>
          )}
        </div>
      )}
    </>
  );
}

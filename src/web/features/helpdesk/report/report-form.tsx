import { useOtherApprover } from '../../../api/helpdesk-queries.ts';
import { type ReactElement, type SyntheticEvent, useEffect, useRef, useState } from 'react';
import type { AttackSign } from '#contract/helpdesk.ts';
import { requestHelpdesk } from '../../../api/client/request-helpdesk.ts';
import { useSingleMutation } from '../../../api/use-single-mutation.ts';
import { HelpdeskFailure } from '../messages/helpdesk-failure.tsx';
import { useAnnounce } from '../../../components/ui/announcer.tsx';
import { Button } from '../../../components/ui/button.tsx';
import { useTranslate } from '../../../i18n/translate.tsx';
import css from './report-form.module.css';

type Sign = AttackSign['signs'][number];
const signs: readonly Sign[] = ['pressed', 'wrong_details', 'claimed_it', 'refused_verification'];

/** All agents and the security team see the report. */
export default function ReportForm({
  userId,
  onClose,
}: {
  userId: string;
  onClose: (reported?: boolean) => void;
}): ReactElement {
  const t = useTranslate();
  const other = useOtherApprover();
  const announce = useAnnounce();
  const first = useRef<HTMLInputElement>(null);
  useEffect(() => first.current?.focus(), []);
  const [chosen, setChosen] = useState<readonly Sign[]>([]);
  const reporting = useSingleMutation({
    mutationFn: async () => {
      await requestHelpdesk('reportCall', { params: { userId }, body: { signs: [...chosen] } });
    },
    onSuccess: () => {
      announce(t('helpdesk-report.done'));
      onClose(true);
    },
  });
  const send = (event: SyntheticEvent): void => {
    event.preventDefault();
    reporting.mutate();
  };
  return (
    <form className="stack" method="post" noValidate onSubmit={send}>
      <p className="fine">{t('helpdesk-report.about', other)}</p>
      <fieldset className={css.signs}>
        <legend>{t('helpdesk-report.signs')}</legend>
        {signs.map((sign, index) => (
          <label key={sign}>
            <input
              ref={index === 0 ? first : undefined}
              type="checkbox"
              checked={chosen.includes(sign)}
              onChange={({ target }) =>
                setChosen(target.checked ? [...chosen, sign] : chosen.filter((one) => one !== sign))
              }
            />
            <span>{t(`helpdesk.sign_${sign}`)}</span>
          </label>
        ))}
      </fieldset>
      <div className="actions">
        <Button type="submit" busy={reporting.isPending}>
          {t('helpdesk-report.submit')}
        </Button>
        <Button variant="text-button" onClick={() => onClose()}>
          {t('helpdesk-report.cancel')}
        </Button>
      </div>
      <HelpdeskFailure error={reporting.error} />
    </form>
  );
}

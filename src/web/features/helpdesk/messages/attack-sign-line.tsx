import type { ReactElement } from 'react';
import type { AttackSign, HelpdeskPerson } from '#contract/helpdesk.ts';
import { kindNames } from '../../../components/factor/method-name.ts';
import { ExactTime, RelativeTime } from '../../../components/ui/relative-time.tsx';
import { Trans, useTranslate } from '../../../i18n/translate.tsx';
import { useFormats } from '../../../i18n/format.ts';
import { changeMessage } from './change-messages.ts';

export function AttackSignLine({ sign: { kind, by, times, at, signs } }: { sign: AttackSign }): ReactElement {
  const t = useTranslate();
  const { list } = useFormats();
  return (
    <>
      <Trans id={`helpdesk.attack_sign_${kind}`} values={{ when: <RelativeTime iso={at} />, by }} />
      {times > 1 && ` ${t('helpdesk.attack_sign_times', { count: times })}`}
      {signs.length > 0 && ` ${t('helpdesk.signs', { signs: list(signs.map((one) => t(`helpdesk.sign_${one}`))) })}`}
    </>
  );
}

/** Names the staff member who did it only if the person may know the name. */
export function ReportedLine({
  reported: { at, event, kind, by },
}: {
  reported: HelpdeskPerson['reported'][number];
}): ReactElement {
  const t = useTranslate();
  const { list } = useFormats();
  const change = t(changeMessage(event));
  return (
    <span className="strong">
      <Trans
        id={by === null ? 'helpdesk.reported' : 'helpdesk.reported_by'}
        values={{ what: kind ? `${change}: ${kindNames(t, kind, list)}` : change, by, at: <ExactTime iso={at} /> }}
      />
    </span>
  );
}

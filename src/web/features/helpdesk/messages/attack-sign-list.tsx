import type { ReactElement } from 'react';
import type { AttackSign } from '#contract/helpdesk.ts';
import { RelativeTime } from '../../../components/ui/relative-time.tsx';
import { Trans, useTranslate } from '../../../i18n/translate.tsx';
import { useFormats } from '../../../i18n/format.ts';
import helpdesk from '../layout/helpdesk.module.css';

/** Lists the signs of attack on a person, newest first: what, when, and who had asked. */
export function AttackSignList({ attackSigns }: { attackSigns: readonly AttackSign[] }): ReactElement {
  const t = useTranslate();
  const formats = useFormats();
  return (
    <ul className={helpdesk.attackSigns}>
      {attackSigns.map(({ kind, by, times, at, signs }) => (
        <li key={`${kind} ${by ?? ''} ${at}`}>
          <Trans
            id={`helpdesk.attack_sign_${kind}`}
            values={{
              when: <RelativeTime iso={at} />,
              by,
              signs: formats.list(signs.map((sign) => t(`helpdesk.sign_${sign}`))),
            }}
          />
          {times > 1 && <> {t('helpdesk.attack_sign_times', { count: times })}</>}
        </li>
      ))}
    </ul>
  );
}

import type { ReactElement } from 'react';
import type { AttackSign } from '#contract/helpdesk.ts';
import { RelativeTime } from '../../../components/ui/relative-time.tsx';
import { Trans, useTranslate } from '../../../i18n/translate.tsx';
import { useFormats } from '../../../i18n/format.ts';
import helpdesk from '../layout/helpdesk.module.css';

/** In the server's order: the most important kind first. */
export function AttackSignList({ attackSigns }: { attackSigns: readonly AttackSign[] }): ReactElement {
  return (
    <ul className={helpdesk.attackSigns}>
      {attackSigns.map((sign) => (
        <li key={`${sign.kind} ${sign.by ?? ''} ${sign.at}`}>
          <AttackSignLine sign={sign} />
        </li>
      ))}
    </ul>
  );
}

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

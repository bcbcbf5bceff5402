import type { ReactElement } from 'react';
import type { AttackSign } from '#contract/helpdesk.ts';
import { RelativeTime } from '../../../components/ui/relative-time.tsx';
import { Trans, useTranslate, type MessageId } from '../../../i18n/translate.tsx';
import { useFormats } from '../../../i18n/format.ts';
import { signMessages } from './sign-messages.ts';
import helpdesk from '../layout/helpdesk.module.css';

const texts: Record<AttackSign['kind'], MessageId> = {
  push_denied: 'helpdesk.attack_sign_push_denied',
  not_called: 'helpdesk.attack_sign_not_called',
  wrong_codes: 'helpdesk.attack_sign_wrong_codes',
  frozen: 'helpdesk.attack_sign_frozen',
  reported: 'helpdesk.attack_sign_reported',
};

/** Lists the signs of attack on a person, newest first: what, when, and who had asked. */
export function AttackSignList({ attackSigns }: { attackSigns: readonly AttackSign[] }): ReactElement {
  const t = useTranslate();
  const formats = useFormats();
  return (
    <ul className={helpdesk.attackSigns}>
      {attackSigns.map(({ kind, by, times, at, signs }) => (
        <li key={`${kind} ${by ?? ''} ${at}`}>
          <Trans
            id={texts[kind]}
            values={{
              when: <RelativeTime iso={at} />,
              by,
              signs: formats.list(signs.map((sign) => t(signMessages[sign]))),
            }}
          />
          {times > 1 && <> {t('helpdesk.attack_sign_times', { count: times })}</>}
        </li>
      ))}
    </ul>
  );
}

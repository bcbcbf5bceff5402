import type { ReactElement } from 'react';
import type { AttackSign } from '#contract/helpdesk.ts';
import { useOtherApprover } from '../../../api/helpdesk-queries.ts';
import { useTranslate } from '../../../i18n/translate.tsx';
import { AttackSignList } from '../messages/attack-sign-list.tsx';

/** What looked like an attack on this person within a day, for every agent. */
export function AttackSignsNote({ attackSigns }: { attackSigns: readonly AttackSign[] }): ReactElement {
  const t = useTranslate();
  const other = useOtherApprover();
  return (
    <section className="note caution" aria-labelledby="attack-signs">
      <h2 className="note-head" id="attack-signs">
        {t('helpdesk.attack_signs')}
      </h2>
      <AttackSignList attackSigns={attackSigns} />
      <p>{t('helpdesk-person.attack_signs_about', other)}</p>
    </section>
  );
}

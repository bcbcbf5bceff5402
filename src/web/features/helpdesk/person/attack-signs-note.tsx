import { useOtherApprover } from '../../../api/helpdesk-queries.ts';
import { type ComponentProps, type ReactElement, useState } from 'react';
import type { HelpdeskPerson } from '#contract/helpdesk.ts';
import { Button } from '../../../components/ui/button.tsx';
import { useTranslate } from '../../../i18n/translate.tsx';
import { Later, type Load } from '../layout/later.tsx';
import { AttackSignList } from '../messages/attack-sign-list.tsx';
import type EndAttackSigns from './end-attack-signs.tsx';

const end: Load<ComponentProps<typeof EndAttackSigns>> = () => import('./end-attack-signs.tsx');

/** What looked like an attack on this person within a day, for every agent; an approver can end it. */
export function AttackSignsNote({
  found: { attackSigns, permissions, person },
}: {
  found: HelpdeskPerson;
}): ReactElement {
  const t = useTranslate();
  const other = useOtherApprover();
  const [ending, setEnding] = useState(false);
  return (
    <section className="note caution" aria-labelledby="attack-signs">
      <h2 className="note-head" id="attack-signs">
        {t('helpdesk.attack_signs')}
      </h2>
      <AttackSignList attackSigns={attackSigns} />
      <p>{t('helpdesk-person.attack_signs_about', other)}</p>
      {permissions.endAttackSigns.allowed &&
        (ending ? (
          <Later load={end} props={{ userId: person.id }} />
        ) : (
          <div className="actions">
            <Button onClick={() => setEnding(true)}>{t('helpdesk-person.attack_signs_end')}</Button>
          </div>
        ))}
    </section>
  );
}

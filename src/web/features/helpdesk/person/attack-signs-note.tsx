import { useMutation } from '@tanstack/react-query';
import { useOtherApprover } from '../messages/use-other-approver.ts';
import { type ReactElement, useState } from 'react';
import { looksLikeCode } from '#contract/codes/looks-like-code.ts';
import type { HelpdeskPerson } from '#contract/helpdesk.ts';
import { requestHelpdesk } from '../../../api/client/request-helpdesk.ts';
import { HelpdeskFailure } from '../messages/helpdesk-failure.tsx';
import { Field } from '../../../components/field/field.tsx';
import fields from '../../../components/field/field.module.css';
import { useAnnounce } from '../../../components/ui/announcer.tsx';
import { Button } from '../../../components/ui/button.tsx';
import { useTranslate } from '../../../i18n/translate.tsx';
import { stepUpRequirementOf, StepUpPanel } from '../../../flows/step-up/step-up-panel.tsx';
import { AttackSignList } from '../messages/attack-sign-list.tsx';

/** What looked like an attack on this person within a day, for every agent; an approver can end it. */
export function AttackSignsNote({
  found: { attackSigns, permissions, person },
}: {
  found: HelpdeskPerson;
}): ReactElement {
  const t = useTranslate();
  const other = useOtherApprover();
  return (
    <section className="note caution" aria-labelledby="attack-signs">
      <h2 className="note-head" id="attack-signs">
        {t('helpdesk.attack_signs')}
      </h2>
      <AttackSignList attackSigns={attackSigns} />
      <p>{t('helpdesk-person.attack_signs_about', other)}</p>
      {permissions.endAttackSigns.allowed && <EndAttackSigns userId={person.id} />}
    </section>
  );
}

/** Lets an approver end the signs of attack, with a reason and a step-up. */
function EndAttackSigns({ userId }: { userId: string }): ReactElement {
  const t = useTranslate();
  const announce = useAnnounce();
  const [open, setOpen] = useState(false);
  const [reason, setReason] = useState('');
  const [missing, setMissing] = useState(false);
  const isCode = looksLikeCode(reason);
  const ending = useMutation({
    mutationFn: async () => {
      await requestHelpdesk('endAttackSigns', { params: { userId }, body: { reason: reason.trim() } });
    },
    onSuccess: () => announce(t('helpdesk-person.attack_signs_ended')),
  });
  const requirement = stepUpRequirementOf(ending.error);
  if (!open)
    return (
      <div className="actions">
        <Button onClick={() => setOpen(true)}>{t('helpdesk-person.attack_signs_end')}</Button>
      </div>
    );
  return (
    <div className="stack">
      <p>{t('helpdesk-person.attack_signs_end_about')}</p>
      <div className={fields.form}>
        <Field
          label={t('helpdesk-person.attack_signs_end_why')}
          error={
            isCode
              ? t('helpdesk.note_code')
              : missing && reason.trim() === '' && t('helpdesk-person.attack_signs_end_missing')
          }
        >
          {(control) => (
            <textarea
              {...control}
              rows={2}
              maxLength={500}
              value={reason}
              onChange={({ target }) => setReason(target.value.replace(/\s+/g, ' '))}
            />
          )}
        </Field>
      </div>
      {requirement ? (
        <section>
          <h3>{t('helpdesk.verify_self')}</h3>
          <StepUpPanel
            requirement={requirement}
            here={`/helpdesk/people/${userId}`}
            onStepUp={() => isCode || ending.mutate()}
          />
        </section>
      ) : (
        <div className="actions">
          <Button
            busy={ending.isPending || ending.isSuccess}
            onClick={() => (reason.trim() === '' ? setMissing(true) : isCode || ending.mutate())}
          >
            {t('helpdesk-person.attack_signs_end')}
          </Button>
        </div>
      )}
      {!requirement && <HelpdeskFailure error={ending.error} />}
    </div>
  );
}

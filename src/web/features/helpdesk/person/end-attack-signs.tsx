import { useMutation } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import { looksLikeCode } from '#contract/codes/looks-like-code.ts';
import { requestHelpdesk } from '../../../api/client/request-helpdesk.ts';
import { useFirstFocus } from '../layout/use-first-focus.ts';
import { HelpdeskFailure } from '../messages/helpdesk-failure.tsx';
import { Field } from '../../../components/field/field.tsx';
import fields from '../../../components/field/field.module.css';
import { useAnnounce } from '../../../components/ui/announcer.tsx';
import { Button } from '../../../components/ui/button.tsx';
import { useTranslate } from '../../../i18n/translate.tsx';
import { askStepUp } from '../../../flows/step-up/ask-step-up.ts';
import { stepUpRequirementOf, StepUpPanel } from '../../../flows/step-up/step-up-panel.tsx';

/** Lets an approver end the signs of attack, with a reason and a step-up. */
export default function EndAttackSigns({ userId }: { userId: string }): ReactElement {
  const t = useTranslate();
  const announce = useAnnounce();
  const [reason, setReason] = useState('');
  const [missing, setMissing] = useState(false);
  const isCode = looksLikeCode(reason);
  const field = useFirstFocus<HTMLTextAreaElement>();
  const ending = useMutation({
    mutationFn: async () => {
      await askStepUp(`attack-signs:${userId}`);
      await requestHelpdesk('endAttackSigns', { params: { userId }, body: { reason: reason.trim() } });
    },
    onSuccess: () => announce(t('helpdesk-attack-signs.ended')),
  });
  const requirement = stepUpRequirementOf(ending.error);
  return (
    <div className="stack">
      <p>{t('helpdesk-attack-signs.end_about')}</p>
      <div className={fields.form}>
        <Field
          label={t('helpdesk-attack-signs.end_why')}
          error={
            isCode ? t('helpdesk.note_code') : missing && reason.trim() === '' && t('helpdesk-attack-signs.end_missing')
          }
        >
          {(control) => (
            <textarea
              {...control}
              ref={field}
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
          <StepUpPanel
            focusOnMount
            heading={{ is: 'h3', text: 'helpdesk.verify_self' }}
            requirement={requirement}
            isMain={false}
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

import { useMutation } from '@tanstack/react-query';
import { type ReactElement, useRef, useState } from 'react';
import type { Approval } from '#contract/helpdesk.ts';
import { requestHelpdesk } from '../../../api/client/request-helpdesk.ts';
import { Button } from '../../../components/ui/button.tsx';
import { Field } from '../../../components/field/field.tsx';
import { useAnnounce } from '../../../components/ui/announcer.tsx';
import { requestMessage } from '../messages/approval-messages.ts';
import { HelpdeskFailure } from '../messages/helpdesk-failure.tsx';
import { stepUpRequirementOf, StepUpPanel } from '../../../flows/step-up/step-up-panel.tsx';
import { useTranslate } from '../../../i18n/translate.tsx';
import helpdesk from '../layout/helpdesk.module.css';
import fields from '../../../components/field/field.module.css';

type Decision = 'approve' | 'deny';

/** Lets the approver approve or deny, after a step-up if one is required. */
export function DecideApproval({ approval }: { approval: Approval }): ReactElement {
  const t = useTranslate();
  const announce = useAnnounce();
  const note = useRef<HTMLTextAreaElement>(null);
  const [decision, setDecision] = useState<Decision>();
  const { mutate, ...deciding } = useMutation({
    mutationFn: async (chosen: Decision) => {
      const said = note.current?.value.replace(/\s+/g, ' ').trim() ?? '';
      await requestHelpdesk('decideApproval', {
        params: { id: approval.id },
        body: { decision: chosen, ...(said !== '' && { note: said }) },
      });
    },
    onMutate: (chosen) => setDecision(chosen),
    onSuccess: (_, chosen) =>
      announce(
        t(
          chosen !== 'approve'
            ? 'helpdesk-approvals.you_denied'
            : approval.unlocks
              ? 'helpdesk-approvals.you_approved_unlock'
              : approval.unfreezes
                ? 'helpdesk-approvals.you_approved_unfreeze'
                : 'helpdesk-approvals.you_approved',
          { name: approval.person.name },
        ),
      ),
  });
  const requirement = stepUpRequirementOf(deciding.error);
  const busy = deciding.isPending || deciding.isSuccess;
  const ofWhom = (
    <span className="visually-hidden"> {t(requestMessage(approval), { name: approval.person.name })}</span>
  );
  return (
    <div className="stack">
      <div className={fields.form}>
        <Field
          label={
            <>
              {t('helpdesk.note')} <span className={helpdesk.optional}>{t('helpdesk.optional')}</span>
            </>
          }
        >
          {(control) => <textarea ref={note} {...control} rows={2} maxLength={500} />}
        </Field>
      </div>
      {requirement && decision ? (
        <section>
          <h3>{t('helpdesk.verify_self')}</h3>
          <StepUpPanel requirement={requirement} here="/helpdesk/approvals" onStepUp={() => mutate(decision)} />
        </section>
      ) : (
        <div className="actions">
          <Button variant="button primary" busy={busy} onClick={() => mutate('approve')}>
            {t(
              approval.unlocks
                ? 'helpdesk-approvals.approve_unlock'
                : approval.unfreezes
                  ? 'helpdesk-approvals.approve_unfreeze'
                  : 'helpdesk-approvals.approve',
            )}
            {ofWhom}
          </Button>
          <Button busy={busy} onClick={() => mutate('deny')}>
            {t('helpdesk-approvals.deny')}
            {ofWhom}
          </Button>
        </div>
      )}
      {!requirement && <HelpdeskFailure error={deciding.error} />}
    </div>
  );
}

import { type ReactElement, useState } from 'react';
import { looksLikeCode } from '#contract/codes/looks-like-code.ts';
import type { Approval, DecisionBody } from '#contract/helpdesk.ts';
import { requestHelpdesk } from '../../../api/client/request-helpdesk.ts';
import { useSingleMutation } from '../../../api/use-single-mutation.ts';
import { Button } from '../../../components/ui/button.tsx';
import { Field } from '../../../components/field/field.tsx';
import { approvalReasonMessage, sortByWeight } from '../messages/approval-reason-messages.ts';
import { requestMessage } from '../messages/request-messages.ts';
import { HelpdeskFailure } from '../messages/helpdesk-failure.tsx';
import { askStepUp } from '../../../flows/step-up/ask-step-up.ts';
import { StepUpPanel } from '../../../flows/step-up/step-up-panel.tsx';
import { useStepUp } from '../../../flows/step-up/use-step-up.ts';
import { type MessageId, useTranslate } from '../../../i18n/translate.tsx';
import { DenyApproval } from './deny-approval.tsx';
import helpdesk from '../layout/helpdesk.module.css';
import fields from '../../../components/field/field.module.css';

const verbs: Record<Approval['operation'], MessageId> = {
  reset: 'helpdesk-decision.approve',
  unfreeze: 'helpdesk-decision.approve_unfreeze',
  unlock: 'helpdesk-decision.approve_unlock',
};

export function DecideApproval({ approval, onDecided }: { approval: Approval; onDecided: () => void }): ReactElement {
  const t = useTranslate();
  const { id, person, operation, evidence, caller } = approval;
  const [note, setNote] = useState('');
  const isCode = looksLikeCode(note);
  const [asked, setAsked] = useState<boolean>();
  const { mutate, ...deciding } = useSingleMutation({
    mutationFn: async (decision: DecisionBody) => {
      if (decision.decision === 'approve') await askStepUp(`approve:${id}`);
      await requestHelpdesk('decideApproval', { params: { id }, body: decision });
    },
    onSuccess: onDecided,
  });
  const noted = (): { note?: string } => {
    const said = note.trim();
    return said === '' ? {} : { note: said };
  };
  const decide = (decision: DecisionBody): void => {
    if (!isCode) mutate(decision);
  };
  const approve = (): void => decide({ decision: 'approve', ...noted() });
  const { requirement, failure } = useStepUp(deciding);
  const busy = deciding.isPending || deciding.isSuccess;
  const attacked = evidence !== null && evidence.attackSigns.length > 0;
  const risky = attacked || caller === null;
  // A sign of attack may be newer than the request, whose reasons then lack it.
  const reasons = new Set([...approval.approvalReasons, ...(attacked ? (['attack_signs'] as const) : [])]);
  const facts = sortByWeight([...reasons]).slice(0, 2);
  const ofWhom = <span className="visually-hidden"> {t(requestMessage(approval), { name: person.name })}</span>;
  const verb = t(verbs[operation]);
  return (
    <div className="stack">
      <div className={fields.form}>
        <Field
          label={
            <>
              {t('helpdesk.note')} <span className={helpdesk.optional}>{t('helpdesk-decision.note_read')}</span>
            </>
          }
          error={isCode && t('helpdesk.note_code')}
        >
          {(control) => (
            <textarea
              {...control}
              rows={2}
              maxLength={500}
              value={note}
              onChange={({ target }) => setNote(target.value.replace(/\s+/g, ' '))}
            />
          )}
        </Field>
      </div>
      {approval.resetFirst ? null : requirement ? (
        <section>
          <StepUpPanel
            focusOnMount
            heading={{ is: 'h3', text: 'helpdesk.verify_self' }}
            requirement={requirement}
            here={`/helpdesk/approvals?open=${id}`}
            onStepUp={approve}
          />
        </section>
      ) : risky && asked ? (
        <section className="note caution">
          <p className="note-head">
            {facts.map((one) => t(approvalReasonMessage(one))).join(' ')} {t('helpdesk-decision.ask')}
          </p>
          <div className="actions">
            <Button busy={busy} onClick={approve} focusOnMount>
              {verb}
              {ofWhom}
            </Button>
            <Button variant="text-button" onClick={() => setAsked(false)}>
              {t('helpdesk-decision.not_now')}
            </Button>
          </div>
        </section>
      ) : (
        <div className="actions">
          <Button
            variant={risky ? 'button' : 'button primary'}
            busy={busy}
            focusOnMount={asked === false}
            onClick={risky ? () => setAsked(true) : approve}
          >
            {verb}
            {ofWhom}
          </Button>
        </div>
      )}
      <DenyApproval
        ofWhom={ofWhom}
        busy={busy}
        onOpen={() => setAsked(undefined)}
        onDeny={(reason) => decide({ decision: 'deny', reason, ...noted() })}
        hasNote={() => noted().note !== undefined}
      />
      <HelpdeskFailure error={failure} />
    </div>
  );
}

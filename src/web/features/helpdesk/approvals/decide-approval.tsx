import { useQueryClient } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import { looksLikeCode } from '#contract/codes/looks-like-code.ts';
import type { Approval, DecisionBody } from '#contract/helpdesk.ts';
import { requestHelpdesk } from '../../../api/client/request-helpdesk.ts';
import { helpdeskQueries } from '../../../api/helpdesk-queries.ts';
import { useSingleMutation } from '../../../api/use-single-mutation.ts';
import { Button } from '../../../components/ui/button.tsx';
import { approvalReasonMessage, sortByWeight } from '../messages/approval-reason-messages.ts';
import { requestMessage } from '../messages/request-messages.ts';
import { HelpdeskFailure } from '../messages/helpdesk-failure.tsx';
import { isOrgFailure } from '../messages/refusal-messages.ts';
import { askStepUp } from '../../../flows/step-up/ask-step-up.ts';
import { StepUpPanel } from '../../../flows/step-up/step-up-panel.tsx';
import { useStepUp } from '../../../flows/step-up/use-step-up.ts';
import { type MessageId, useTranslate } from '../../../i18n/translate.tsx';
import { DenyApproval } from './deny-approval.tsx';
import { places } from '../reset/places.ts';
import { NoteField } from '../reset/reason-form.tsx';
import helpdesk from '../layout/helpdesk.module.css';
import fields from '../../../components/field/field.module.css';

const verbs: Record<Approval['operation'], MessageId> = {
  reset: 'helpdesk-decision.approve',
  unfreeze: 'helpdesk-decision.approve_unfreeze',
  unlock: 'helpdesk-decision.approve_unlock',
};

export function DecideApproval({ approval, onDecided }: { approval: Approval; onDecided: () => void }): ReactElement {
  const t = useTranslate();
  const client = useQueryClient();
  const { id, person, operation, evidence, caller } = approval;
  const [note, setNote] = useState('');
  const said = note.trim();
  const [noteIs, setNoteIs] = useState<'optional' | 'needed' | 'missing'>('optional');
  const [asked, setAsked] = useState<boolean>();
  const { mutate, ...deciding } = useSingleMutation({
    mutationFn: async (decision: DecisionBody) => {
      if (decision.decision === 'approve') await askStepUp(`approve:${id}`);
      await requestHelpdesk('decideApproval', { params: { id }, body: decision });
    },
    onSuccess: onDecided,
    // A decision is stored before Okta changes anything, so the fresh list says whether anything was done.
    onError: (error) => (isOrgFailure(error) ? client.invalidateQueries(helpdeskQueries.approvals()) : undefined),
  });
  const decide = (decision: DecisionBody): void => {
    const lacksNote = decision.decision === 'deny' && decision.reason === 'other' && said === '';
    if (lacksNote) setNoteIs('missing');
    if (lacksNote || looksLikeCode(note)) document.getElementById(places.note)!.focus();
    else mutate(said === '' ? decision : { ...decision, note: said });
  };
  const approve = (): void => decide({ decision: 'approve' });
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
        <NoteField
          label={
            <>
              {t('helpdesk.note')}{' '}
              <span className={helpdesk.optional}>
                {t(noteIs === 'optional' ? 'helpdesk-decision.note_read' : 'helpdesk-decision.note_needed')}
              </span>
            </>
          }
          error={noteIs === 'missing' && said === '' && t('helpdesk-decision.missing_note')}
          note={note}
          onNote={setNote}
        />
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
      <HelpdeskFailure error={failure} orgMessage="helpdesk-decision.org_failed" />
      <DenyApproval
        ofWhom={ofWhom}
        busy={busy}
        onChoose={(reason) => {
          setAsked(undefined);
          setNoteIs(reason === 'other' ? 'needed' : 'optional');
        }}
        onDeny={(reason) => decide({ decision: 'deny', reason })}
      />
    </div>
  );
}

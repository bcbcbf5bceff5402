import { type ReactElement, useState } from 'react';
import type { Approval } from '#contract/helpdesk.ts';
import { RelativeTime } from '../../../components/ui/relative-time.tsx';
import { useTranslate } from '../../../i18n/translate.tsx';
import {
  Against,
  Caller,
  Consequences,
  EvidenceLines,
  EvidenceLinks,
  EvidenceSigns,
  Line,
} from './approval-evidence.tsx';
import { DecideApproval } from './decide-approval.tsx';
import { DecisionResult } from './decision-result.tsx';
import { RevealRecoveryCode } from './reveal-recovery-code.tsx';
import { cancellation } from '../messages/cancellation.ts';
import { Later } from '../layout/later.tsx';
import { ApproverSaid, hasSaid } from '../messages/approver-said.tsx';
import helpdesk from '../layout/helpdesk.module.css';
import css from './approvals.module.css';

export type DetailsProps = { approval: Approval; next: string | null; onNext: () => void };

export default function ApprovalDetails({ approval, next, onNext }: DetailsProps): ReactElement {
  const t = useTranslate();
  const [decided, setDecided] = useState(false);
  const [wasOpen] = useState(approval.status === 'waiting');
  // True until the row closes: after the code is shown no code waits, but the approver still reads it.
  const [reveals, setReveals] = useState(approval.recoveryCodeWaits);
  if (approval.recoveryCodeWaits && !reveals) setReveals(true);
  const { person, agent, reason, ticket, note, caller, evidence, status, mine, decidedBy } = approval;
  const open = status === 'waiting';
  return (
    <>
      {wasOpen && <DecisionResult approval={approval} focused={decided} next={next} onNext={onNext} />}
      {approval.cancellationAt && (
        <Later load={cancellation} props={{ at: approval.cancellationAt, userId: approval.person.id }} />
      )}
      {evidence && <EvidenceSigns evidence={evidence} />}
      <dl className={css.details}>
        <Against approval={approval} />
        <Line term="helpdesk-approvals.approval_why">
          {t(`helpdesk.reason_${reason}`)} · <span className={helpdesk.number}>{ticket}</span>
          {note && ` · ${note}`}
        </Line>
        {caller && (
          <Line term="helpdesk-decision.verified">
            <Caller approval={approval} />
          </Line>
        )}
        <Line term="helpdesk-decision.by">
          {`${agent.name}, ${agent.login}`} · <RelativeTime iso={approval.createdAt} />
          {evidence && ` · ${t('helpdesk-decision.agent_resets', { count: evidence.agentResets })}`}
        </Line>
        {open && <Consequences approval={approval} />}
        {evidence && <EvidenceLines evidence={evidence} />}
        {decidedBy && <Line term="helpdesk-approvals.approval_decided">{decidedBy.name}</Line>}
        {hasSaid(approval) && (
          <Line term="helpdesk-denial.said">
            <ApproverSaid approval={approval} />
          </Line>
        )}
      </dl>
      {evidence && <EvidenceLinks person={person} />}
      {open &&
        (mine ? (
          <DecideApproval approval={approval} onDecided={() => setDecided(true)} />
        ) : (
          <p className="fine">{t('helpdesk-decision.not_yours')}</p>
        ))}
      {reveals && <RevealRecoveryCode approval={approval} />}
    </>
  );
}

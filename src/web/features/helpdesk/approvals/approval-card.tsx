import type { ReactElement } from 'react';
import type { Approval } from '#contract/helpdesk.ts';
import { Countdown } from '../../../components/ui/countdown.tsx';
import { RelativeTime } from '../../../components/ui/relative-time.tsx';
import { Trans, useTranslate } from '../../../i18n/translate.tsx';
import { Caller, Consequences, EvidenceLines, EvidenceLinks, EvidenceAttackSigns } from './approval-evidence.tsx';
import { ApprovalLine as Line } from './approval-line.tsx';
import { ApprovalWhat } from './approval-what.tsx';
import { DecideApproval } from './decide-approval.tsx';
import { RevealRecoveryCode } from './reveal-recovery-code.tsx';
import {
  approvalReasonMessage,
  reasonMessages,
  requestMessage,
  requestStatusMessage,
} from '../messages/approval-messages.ts';
import helpdesk from '../layout/helpdesk.module.css';
import css from './approvals.module.css';

/**
 * One approval: the operation, the person, the agent, the reason and the verification; then the decision or the
 * outcome.
 */
export function ApprovalCard({ approval }: { approval: Approval }): ReactElement {
  const t = useTranslate();
  const { person, agent, reason, ticket, note, approvalReasons, evidence, status, mine, decidedBy, decidedAt } =
    approval;
  const open = status === 'waiting';
  return (
    <li className="panel">
      <div className={css.head}>
        <h2>{t(requestMessage(approval), { name: person.name })}</h2>
        {open ? (
          <p className="fine">
            <Trans id="helpdesk-approvals.approval_left" values={{ left: <Countdown until={approval.expiresAt} /> }} />
          </p>
        ) : (
          <span className={status === 'done' ? 'badge good' : 'badge caution'}>
            {t(requestStatusMessage(approval))}
          </span>
        )}
      </div>
      {evidence && <EvidenceAttackSigns evidence={evidence} />}
      <dl className={css.details}>
        <Line term="helpdesk-approvals.approval_what">
          <ApprovalWhat approval={approval} />
        </Line>
        <Line term="helpdesk-approvals.approval_of">{`${person.name}, ${person.login}`}</Line>
        <Line term="helpdesk-approvals.approval_by">
          {`${agent.name}, ${agent.login}`} · <RelativeTime iso={approval.createdAt} />
          {evidence && <p className="fine">{t('helpdesk-approvals.agent_resets', { count: evidence.agentResets })}</p>}
        </Line>
        <Line term="helpdesk-approvals.approval_why">
          {t(reasonMessages[reason])} · <span className={helpdesk.number}>{ticket}</span>
        </Line>
        {note && <Line term="helpdesk.note">{note}</Line>}
        <Line term="helpdesk-approvals.approval_verified">
          <Caller approval={approval} />
        </Line>
        <Line term="helpdesk-approvals.approval_because">
          {approvalReasons.map((one) => t(approvalReasonMessage(one))).join(' ')}
        </Line>
        {open && <Consequences approval={approval} />}
        {evidence && <EvidenceLines evidence={evidence} />}
        {decidedBy && decidedAt && (
          <Line term="helpdesk-approvals.approval_decided">
            {decidedBy.name} · <RelativeTime iso={decidedAt} />
          </Line>
        )}
      </dl>
      {evidence && <EvidenceLinks person={person} />}
      {open &&
        (mine ? (
          <DecideApproval approval={approval} />
        ) : (
          <p className="fine">{t('helpdesk-approvals.approval_not_yours')}</p>
        ))}
      {approval.recoveryCodeWaits && <RevealRecoveryCode approval={approval} />}
    </li>
  );
}

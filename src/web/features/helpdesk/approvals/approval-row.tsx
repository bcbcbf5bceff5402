import type { ReactElement } from 'react';
import { Button } from '../../../components/ui/button.tsx';
import { Countdown } from '../../../components/ui/countdown.tsx';
import { Trans, useTranslate } from '../../../i18n/translate.tsx';
import { Later, type Load } from '../layout/later.tsx';
import { ApprovalStatus } from './approval-status.tsx';
import { RequestWhat } from '../messages/request-what.tsx';
import type { DetailsProps } from './approval-details.tsx';
import css from './approvals.module.css';

export const details: Load<DetailsProps> = () => import('./approval-details.tsx');

export function ApprovalRow({
  opened,
  onToggle,
  ...props
}: DetailsProps & {
  opened: boolean;
  onToggle: () => void;
}): ReactElement {
  const t = useTranslate();
  const { approval } = props;
  const { person, agent, approvalReasons, evidence, expiresAt, status } = approval;
  const attacked = evidence !== null && evidence.attackSigns.length > 0;
  const isPrivileged = approvalReasons.includes('privileged');
  return (
    <li id={approval.id}>
      <h3 className={css.title}>
        <Button variant={css.row} expanded={opened} onClick={onToggle}>
          <span className={css.who}>
            <span className="row-title">{person.name}</span>
            {status === 'waiting' ? (
              <span className="fine">
                <Trans id="helpdesk-approvals.approval_left" values={{ left: <Countdown until={expiresAt} /> }} />
              </span>
            ) : (
              <ApprovalStatus approval={approval} />
            )}
          </span>
          {/* An opened row lists both facts among the reasons against the request. */}
          {!opened && (attacked || isPrivileged) && (
            <span className={css.badges}>
              {isPrivileged && <span className="badge caution">{t('helpdesk-approvals.privileged')}</span>}
              {attacked && <span className="badge caution">{t('helpdesk.attack_signs')}</span>}
            </span>
          )}
          <span className={css.line}>
            <RequestWhat request={approval} />
          </span>
          <span className={css.line}>
            {agent.name}
            {evidence && ` · ${t('helpdesk-decision.agent_resets', { count: evidence.agentResets })}`}
          </span>
        </Button>
      </h3>
      {opened && (
        <div className={css.opened}>
          <Later load={details} props={props} />
        </div>
      )}
    </li>
  );
}

import type { ReactElement } from 'react';
import { Button } from '../../../components/ui/button.tsx';
import { Countdown } from '../../../components/ui/countdown.tsx';
import { RelativeTime } from '../../../components/ui/relative-time.tsx';
import { Trans, useTranslate } from '../../../i18n/translate.tsx';
import { Later, type Load } from '../layout/later.tsx';
import { getEnd } from '../messages/request-messages.ts';
import { RequestWhat } from '../messages/request-what.tsx';
import type { DetailsProps } from './approval-details.tsx';
import { getEndTime } from './use-approval-rows.ts';
import css from './approvals.module.css';

export const details: Load<DetailsProps> = () => import('./approval-details.tsx');

export function ApprovalRow({
  opened,
  onToggle,
  ...props
}: DetailsProps & { opened: boolean; onToggle: () => void }): ReactElement {
  const t = useTranslate();
  const { approval } = props;
  const { person, agent, approvalReasons, evidence, expiresAt, status, operation, recoveryCodeWaits } = approval;
  const attacked = evidence !== null && evidence.attackSigns.length > 0;
  const isPrivileged = approvalReasons.includes('privileged');
  return (
    <li id={approval.id}>
      <h3 className={css.title}>
        <Button variant={css.row} expanded={opened} onClick={onToggle}>
          <span className={css.who}>
            <span className="row-title">{person.name}</span>
            <span className="fine">
              {status === 'waiting' ? (
                <Trans id="helpdesk-approvals.approval_left" values={{ left: <Countdown until={expiresAt} /> }} />
              ) : (
                <>
                  <span className={status === 'done' && !recoveryCodeWaits ? 'badge good' : 'badge caution'}>
                    {t(
                      recoveryCodeWaits
                        ? 'helpdesk-approvals.code_waits'
                        : `helpdesk-approvals.approval_status_${getEnd({ status, operation })}`,
                    )}
                  </span>{' '}
                  <RelativeTime iso={getEndTime(approval)} />
                </>
              )}
            </span>
          </span>
          {/* The details of an opened row say both facts, and more about the agent. */}
          {!opened && (attacked || isPrivileged) && (
            <span className={css.badges}>
              {isPrivileged && <span className="badge caution">{t('helpdesk-approvals.privileged')}</span>}
              {attacked && <span className="badge caution">{t('helpdesk.attack_signs')}</span>}
            </span>
          )}
          <span className={css.line}>
            <span className="strong">{t('helpdesk-approvals.operation', { operation })}</span>{' '}
            <RequestWhat request={approval} />
          </span>
          {!opened && (
            <span className={css.line}>
              {agent.name}
              {evidence && ` · ${t('helpdesk-decision.agent_resets', { count: evidence.agentResets })}`}
            </span>
          )}
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

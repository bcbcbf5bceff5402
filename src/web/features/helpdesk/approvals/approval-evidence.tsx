import type { ReactElement, ReactNode } from 'react';
import { Link } from 'react-router';
import type { Approval, ApprovalEvidence, AttackSign } from '#contract/helpdesk.ts';
import { kindNames, useMethodName } from '../../../components/factor/method-name.ts';
import { RelativeTime } from '../../../components/ui/relative-time.tsx';
import { useFormats } from '../../../i18n/format.ts';
import { Trans, useTranslate, type MessageId } from '../../../i18n/translate.tsx';
import { approvalReasonMessage, sortByWeight } from '../messages/approval-reason-messages.ts';
import helpdesk from '../layout/helpdesk.module.css';
import { changeMessage } from '../messages/change-messages.ts';
import { AttackSignLine, ReportedLine } from '../messages/attack-sign-line.tsx';

/** How many resets and changes a request lists. The person's page lists all of them. */
const most = 3;

export function Line({ term, children }: { term: MessageId; children: ReactNode }): ReactElement {
  const t = useTranslate();
  return (
    <div>
      <dt>{t(term)}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** Most important first, without the signs of an attack, which are listed above. */
export function Against({
  approval: { approvalReasons, caller, consequences, evidence },
}: {
  approval: Approval;
}): ReactElement | null {
  const t = useTranslate();
  const { list } = useFormats();
  const getName = useMethodName();
  const { suspects } = consequences;
  // Leaves out the warnings that are also among the reasons.
  const warnings = caller?.warnings.filter((one) => !approvalReasons.some((reason) => reason === one)) ?? [];
  const hasSigns = evidence !== null && evidence.attackSigns.length > 0;
  const reasons = sortByWeight(approvalReasons).filter((one) => one !== 'attack_signs' || !hasSigns);
  if (reasons.length + warnings.length + suspects.length === 0) return null;
  return (
    <Line term="helpdesk-approvals.approval_because">
      {reasons.map((one) => t(approvalReasonMessage(one))).join(' ')}
      {warnings.map((warning) => (
        <p key={warning} className="error">
          {t(`helpdesk-decision.warning_${warning}`)}
        </p>
      ))}
      {suspects.length > 0 && (
        <p className="error">
          {t('helpdesk-decision.after_suspects', { names: list(suspects.map(getName)), count: suspects.length })}
        </p>
      )}
    </Line>
  );
}

export function Caller({ approval: { caller, callerVerificationType } }: { approval: Approval }): ReactElement | null {
  const t = useTranslate();
  const getName = useMethodName();
  if (!caller || !callerVerificationType) return null;
  return (
    <>
      {t(`helpdesk.verified_${callerVerificationType}`, { called: caller.called ?? '' })}{' '}
      <span className="fine">
        <Trans
          id="helpdesk-decision.verified_with"
          values={{
            when: <RelativeTime iso={caller.at} />,
            method: caller.method && caller.called === null ? getName(caller.method) : 'none',
          }}
        />
      </span>
    </>
  );
}

export function Consequences({ approval: { consequences, operation } }: { approval: Approval }): ReactElement {
  const t = useTranslate();
  const formats = useFormats();
  const getMethodName = useMethodName();
  const { remaining, codeTo, notifies } = consequences;
  const getsCode = operation === 'reset' && remaining.length === 0;
  // The code's email is a notification, too.
  const isSaid = getsCode && notifies.join() === codeTo.join();
  return (
    <Line term="helpdesk-decision.after">
      {remaining.length > 0
        ? t('helpdesk.remaining', { names: formats.list(remaining.map(getMethodName)) })
        : t('helpdesk.remaining_none')}
      .{' '}
      {getsCode &&
        (codeTo.length > 0
          ? t('helpdesk-decision.after_code', { to: formats.list(codeTo) })
          : t('helpdesk-decision.after_in_person'))}{' '}
      {notifies.length === 0
        ? t('helpdesk.notified_nobody')
        : !isSaid && t('helpdesk-decision.after_notifies', { to: formats.list(notifies) })}
    </Line>
  );
}

export function EvidenceSigns({
  evidence: { attackSigns, reported },
}: {
  evidence: ApprovalEvidence;
}): ReactElement | null {
  const t = useTranslate();
  if (attackSigns.length + reported.length === 0) return null;
  return (
    <div className="note caution">
      <p className="note-head">{t('helpdesk.attack_signs')}</p>
      <ul>
        {reported.map((one) => (
          <li key={`${one.at} ${one.event} ${one.kind}`}>
            <ReportedLine reported={one} />
          </li>
        ))}
        {attackSigns.map((sign) => (
          <li key={`${sign.kind} ${sign.by ?? ''} ${sign.at}`}>
            <AttackSignLine sign={sign} />
          </li>
        ))}
      </ul>
    </div>
  );
}

/** Signs of attack that say the same as the end of a request. */
const signsOfEnd = {
  denied: ['request_denied'],
  reported: ['reported'],
  withdrawn: ['not_called', 'frozen', 'frozen_again'],
  replaced: [],
} satisfies Record<ApprovalEvidence['ended'][number]['status'], AttackSign['kind'][]>;

/** Returns the ended requests and the changes that are not already shown as a sign of attack, a report or a reset. */
function findUnsaid({ attackSigns, reported, recentChanges, ended }: ApprovalEvidence) {
  const isSign = (kinds: readonly AttackSign['kind'][]) => attackSigns.some(({ kind }) => kinds.includes(kind));
  return {
    ended: ended.filter(
      ({ status, denial }) => !isSign(signsOfEnd[status]) || (status === 'denied' && denial !== 'attack'),
    ),
    changes: recentChanges.filter(
      ({ at, event }) =>
        !event.startsWith('user.mfa.factor.reset') &&
        !(event === 'user.account.freeze' && isSign(['frozen'])) &&
        !reported.some((one) => one.at === at && one.event === event),
    ),
  };
}

/** Omits a line that would be empty. */
export function EvidenceLines({ evidence }: { evidence: ApprovalEvidence }): ReactElement {
  const t = useTranslate();
  const { list } = useFormats();
  const { resets } = evidence;
  const { ended, changes } = findUnsaid(evidence);
  return (
    <>
      {resets.length > 0 && (
        <Line term="helpdesk-decision.resets">
          {resets.slice(0, most).map(({ at, by, approver }, index) => (
            <p key={`${at}${index}`}>
              <Trans
                id={approver ? 'helpdesk-decision.reset_approved' : 'helpdesk-decision.reset_by'}
                values={{ when: <RelativeTime iso={at} />, by, approver }}
              />
            </p>
          ))}
        </Line>
      )}
      {ended.length > 0 && (
        <Line term="helpdesk-decision.ended">
          {ended.slice(0, most).map(({ at, by, status, denial }, index) => (
            <p key={`${at}${index}`}>
              <Trans id={`helpdesk-decision.ended_${status}`} values={{ when: <RelativeTime iso={at} />, by }} />{' '}
              {denial && t(`helpdesk-denial.${denial}`)}
            </p>
          ))}
        </Line>
      )}
      {changes.length > 0 && (
        <Line term="helpdesk-decision.changes">
          {changes.slice(0, most).map(({ at, event, kind, by }, index) => (
            <p key={`${at}${index}`}>
              {t(changeMessage(event))}
              {kind && <>: {kindNames(t, kind, list)}</>}{' '}
              <span className="fine">
                <RelativeTime iso={at} />
                {by && <> · {by}</>}
              </span>
            </p>
          ))}
        </Line>
      )}
    </>
  );
}

export function EvidenceLinks({ person: { id, name, login } }: Pick<Approval, 'person'>): ReactElement {
  const t = useTranslate();
  return (
    <p className={helpdesk.links}>
      <Link to={`/helpdesk/people/${id}`}>{t('helpdesk-approvals.see', { name })}</Link>
      <Link to={`/helpdesk/audit-log?person=${encodeURIComponent(login)}`}>{t('helpdesk-decision.log', { name })}</Link>
    </p>
  );
}

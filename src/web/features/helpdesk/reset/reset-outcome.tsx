import { useQuery } from '@tanstack/react-query';
import { type ReactElement, useEffect } from 'react';
import { Link } from 'react-router';
import type { Approval, ResetAnswer } from '#contract/helpdesk.ts';
import { useAnnounce } from '../../../components/ui/announcer.tsx';
import { Countdown } from '../../../components/ui/countdown.tsx';
import { HelpdeskFailure } from '../messages/helpdesk-failure.tsx';
import { Heading } from '../../../components/ui/heading.tsx';
import { useFormats } from '../../../i18n/format.ts';
import { useMethodName, useMethodNameWithKind } from '../../../components/factor/method-name.ts';
import { Trans, useTranslate } from '../../../i18n/translate.tsx';
import { ApproverSaid, hasSaid } from '../messages/approver-said.tsx';
import { TicketLine } from './ticket-line.tsx';
import { endOf, isOpen } from '../messages/request-messages.ts';
import { approvalReasonMessage } from '../messages/approval-reason-messages.ts';
import { approvalPause, helpdeskQueries, useOtherApprover } from '../../../api/helpdesk-queries.ts';

/** Shows the outcome of a reset, and what the agent tells the caller. */
export default function ResetOutcome({
  answer,
  ticket,
  ...person
}: {
  answer: ResetAnswer;
  ticket: string;
} & PersonProps): ReactElement {
  return answer.status === 'done' ? (
    <Done answer={answer} ticket={ticket} {...person} />
  ) : (
    <Waiting approval={answer.approval} {...person} />
  );
}

/** The person's name and login, and the way back to their page. */
type PersonProps = { userId: string; name: string; login: string; onAgain: () => void };

function Done({
  answer: { operation, removed, remaining, recoveryCode, notified },
  ticket,
  ...person
}: {
  answer: Extract<ResetAnswer, { status: 'done' }>;
  ticket: string;
} & PersonProps): ReactElement {
  const { name } = person;
  const nameOf = useMethodName();
  const nameWithKindOf = useMethodNameWithKind();
  const t = useTranslate();
  const other = useOtherApprover();
  const formats = useFormats();
  const resets = operation === 'reset';
  return (
    <>
      <Heading focusOnMount lead={t('helpdesk-outcome.done_lead', { name })}>
        {operation === 'unlock'
          ? t('helpdesk-outcome.unlocked_head')
          : operation === 'unfreeze'
            ? t('helpdesk-outcome.unfrozen_head')
            : t('helpdesk-outcome.done', { names: formats.list(removed.map(nameWithKindOf)), count: removed.length })}
      </Heading>
      <div className="stack">
        {recoveryCode && (
          <div className="note good">
            <p className="note-head">{t('helpdesk-outcome.recovery_code')}</p>
            <p>
              {recoveryCode.inPerson
                ? t('helpdesk-outcome.recovery_code_in_person', other)
                : t('helpdesk-outcome.recovery_code_to', { to: formats.list(recoveryCode.sentTo) })}
            </p>
          </div>
        )}
        <ul className="facts">
          {!resets && (
            <li>{t(operation === 'unlock' ? 'helpdesk-outcome.unlocked' : 'helpdesk-outcome.unfrozen', { name })}</li>
          )}
          <li>
            {remaining.length > 0
              ? t('helpdesk.remaining', { names: formats.list(remaining.map(nameOf)) })
              : t('helpdesk.remaining_none')}
          </li>
          <li>
            {notified.length > 0
              ? t('helpdesk-outcome.done_notified', { to: formats.list(notified) })
              : t('helpdesk.notified_nobody')}
          </li>
          {resets && <li>{t('helpdesk-outcome.next_steps', { kept: remaining.length > 0 ? 'yes' : 'no' })}</li>}
        </ul>
        <Ways {...person} />
        <TicketLine
          userId={person.userId}
          name={name}
          login={person.login}
          ticket={ticket}
          done={{ operation, names: removed.map(nameOf) }}
          notified={notified}
        />
      </div>
    </>
  );
}

/** Waits for an approver, and shows the decision when there is one. */
function Waiting({ approval: requested, ...person }: { approval: Approval } & PersonProps): ReactElement {
  const t = useTranslate();
  const announce = useAnnounce();
  const other = useOtherApprover();
  const nameOf = useMethodName();
  const formats = useFormats();
  const { data, error } = useQuery({
    ...helpdeskQueries.approvalsWatched(),
    refetchInterval: ({ state }) => {
      const found = state.data?.approvals.find(({ id }) => id === requested.id);
      return !found || isOpen(found) ? approvalPause : false;
    },
  });
  const approval = data?.approvals.find(({ id }) => id === requested.id) ?? requested;
  const { remaining, codeTo } = approval.consequences;
  const resets = approval.operation === 'reset';
  const by = approval.decidedBy?.name ?? '';
  const { status, operation } = approval;
  const end = status === 'waiting' || status === 'approved' ? undefined : status;
  const head = end && t(`helpdesk-outcome.end.${endOf({ status: end, operation })}`, { by });
  useEffect(() => {
    if (head) announce(head);
  }, [head, announce]);
  if (end)
    return (
      <>
        <Heading
          focusOnMount
          key={approval.status}
          lead={t(`helpdesk-outcome.end_lead.${end}`, { name: person.name, by, ...other })}
        >
          {head}
        </Heading>
        <div className="stack">
          {hasSaid(approval) && (
            <p className="note caution">
              <ApproverSaid approval={approval} />
            </p>
          )}
          {approval.status === 'done' && (
            <p className="note good">
              {t(
                approval.operation === 'unlock'
                  ? 'helpdesk-outcome.unlocked'
                  : !resets
                    ? 'helpdesk-outcome.unfrozen'
                    : approval.approvalReasons.includes('no_channel')
                      ? 'helpdesk-outcome.recovery_code_in_person'
                      : 'helpdesk-outcome.next_steps',
                // What they keep may be on the phone that they lost.
                { name: person.name, kept: remaining.length > 0 ? 'yes' : 'no', ...other },
              )}
            </p>
          )}
          {approval.status === 'done' && resets && remaining.length === 0 && codeTo.length > 0 && (
            <p>{t('helpdesk-outcome.recovery_code_if', { to: formats.list(codeTo) })}</p>
          )}
          <Ways {...person} />
          {approval.status === 'done' && (
            <TicketLine
              userId={person.userId}
              name={person.name}
              login={person.login}
              ticket={approval.ticket}
              done={{ operation: approval.operation, names: approval.methods.map(nameOf) }}
              notified={approval.consequences.notifies}
            />
          )}
        </div>
      </>
    );
  return (
    <>
      <Heading focusOnMount lead={t('helpdesk-outcome.waiting_lead')}>
        {t('helpdesk-outcome.waiting', other)}
      </Heading>
      <div className="stack" aria-busy="true">
        <ul className="facts">
          {approval.approvalReasons.map((reason) => (
            <li key={reason}>{t(approvalReasonMessage(reason))}</li>
          ))}
        </ul>
        <p>
          <Trans id="helpdesk-outcome.waiting_left" values={{ left: <Countdown until={approval.expiresAt} /> }} />
        </p>
        <HelpdeskFailure error={error} />
        <Ways {...person} />
      </div>
    </>
  );
}

function Ways({ onAgain, name }: Pick<PersonProps, 'onAgain' | 'name'>): ReactElement {
  const t = useTranslate();
  return (
    <div className="actions">
      <Link className="button primary" to="/helpdesk">
        {t('helpdesk-outcome.next_caller')}
      </Link>
      <button className="button" type="button" onClick={onAgain}>
        {t('helpdesk-outcome.see', { name })}
      </button>
    </div>
  );
}

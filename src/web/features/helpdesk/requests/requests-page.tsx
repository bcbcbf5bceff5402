import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { type ReactElement, useEffect, useRef, useState } from 'react';
import { Link } from 'react-router';
import type { Approval } from '#contract/helpdesk.ts';
import { approvalPause, helpdeskQueries } from '../../../api/helpdesk-queries.ts';
import { useAnnounce } from '../../../components/ui/announcer.tsx';
import { Countdown } from '../../../components/ui/countdown.tsx';
import { Heading, takeFocus } from '../../../components/ui/heading.tsx';
import { RelativeTime } from '../../../components/ui/relative-time.tsx';
import { Trans, useTranslate, type Translate } from '../../../i18n/translate.tsx';
import { ApprovalLine as Line } from '../approvals/approval-line.tsx';
import { ApprovalStatus } from '../approvals/approval-status.tsx';
import { ApprovalWhat } from '../approvals/approval-what.tsx';
import { isOpen } from '../approvals/use-approval-rows.ts';
import { approvalReasonMessage } from '../messages/approval-reason-messages.ts';
import { requestMessage, requestStatusMessage } from '../messages/request-messages.ts';
import { ApproverSaid, hasSaid } from '../messages/approver-said.tsx';
import { withdrawalMessages } from '../messages/withdrawal-messages.ts';
import { Withdraw } from '../reset/withdraw.tsx';
import helpdesk from '../layout/helpdesk.module.css';
import css from '../approvals/approvals.module.css';

export const queries = () => [helpdeskQueries.requests()];

const headingOf = (t: Translate, request: Approval): string =>
  t(requestMessage(request), { name: request.person.name });

/** What the agent asked approvers for in seven days, and what became of it; live while something waits. */
export default function RequestsPage(): ReactElement {
  const t = useTranslate();
  const announce = useAnnounce();
  const { data } = useSuspenseQuery(helpdeskQueries.requests());
  const open = data.approvals.filter(isOpen);
  /** The request that she has just withdrawn. */
  const [withdrawn, setWithdrawn] = useState<string>();
  useQuery({ ...helpdeskQueries.requestsWatched(), refetchInterval: open.length > 0 && approvalPause });
  const before = useRef<readonly string[]>([]);
  useEffect(() => {
    const ended = data.approvals.filter((one) => !isOpen(one) && before.current.includes(one.id));
    for (const one of ended)
      announce(t('helpdesk-requests.ended', { request: headingOf(t, one), status: t(requestStatusMessage(one)) }));
    before.current = data.approvals.filter(isOpen).map(({ id }) => id);
  }, [data, announce, t]);
  const decided = data.approvals.filter((one) => !isOpen(one));
  return (
    <div className={`${helpdesk.page} ${helpdesk.narrow}`}>
      <Heading lead={t('helpdesk-requests.lead', { count: open.length })}>{t('helpdesk-requests.heading')}</Heading>
      {data.approvals.length === 0 && <p>{t('helpdesk-requests.none')}</p>}
      {open.length > 0 && (
        <ul className={css.cards} aria-label={t('helpdesk-requests.waiting')}>
          {open.map((one) => (
            <Request key={one.id} request={one} onWithdrawn={() => setWithdrawn(one.id)} />
          ))}
        </ul>
      )}
      {decided.length > 0 && (
        <section className={helpdesk.after}>
          <h2>{t('helpdesk-requests.decided')}</h2>
          <ul className={css.cards}>
            {decided.map((one) => (
              <Request key={one.id} request={one} focused={one.id === withdrawn} />
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}

function Request({
  request,
  focused = false,
  onWithdrawn,
}: {
  request: Approval;
  /** Its heading takes the focus: the form that had it is gone. */
  focused?: boolean;
  onWithdrawn?: () => void;
}): ReactElement {
  const t = useTranslate();
  const { status, person, reason, ticket, approvalReasons, decidedBy, decidedAt, withdrawal } = request;
  return (
    <li className="panel">
      <div className={css.head}>
        <h2 ref={focused ? takeFocus : null} tabIndex={-1}>
          {headingOf(t, request)}
        </h2>
        {status === 'waiting' ? (
          <p className="fine">
            <Trans id="helpdesk-approvals.approval_left" values={{ left: <Countdown until={request.expiresAt} /> }} />
          </p>
        ) : (
          <ApprovalStatus approval={request} />
        )}
      </div>
      <dl className={css.details}>
        <Line term="helpdesk-approvals.approval_what">
          <ApprovalWhat approval={request} />
        </Line>
        <Line term="helpdesk-approvals.approval_why">
          {t(`helpdesk.reason_${reason}`)} · <span className={helpdesk.number}>{ticket}</span>
        </Line>
        <Line term="helpdesk-requests.asked">
          <RelativeTime iso={request.createdAt} />
        </Line>
        {status === 'waiting' && (
          <Line term="helpdesk-approvals.approval_because">
            {approvalReasons.map((one) => t(approvalReasonMessage(one))).join(' ')}
          </Line>
        )}
        {decidedBy && decidedAt && (
          <Line term="helpdesk-approvals.approval_decided">
            {decidedBy.name} · <RelativeTime iso={decidedAt} />
          </Line>
        )}
        {hasSaid(request) && (
          <Line term="helpdesk-denial.said">
            <ApproverSaid approval={request} />
          </Line>
        )}
        {withdrawal && decidedAt && (
          <Line term="helpdesk-approvals.withdrawal">
            <RelativeTime iso={decidedAt} /> · {t(withdrawalMessages[withdrawal])}
          </Line>
        )}
      </dl>
      {status === 'waiting' && (
        <div>
          <Withdraw request={request} onWithdrawn={onWithdrawn} />
        </div>
      )}
      <p className={helpdesk.links}>
        <Link to={`/helpdesk/people/${person.id}`}>{t('helpdesk-approvals.see', { name: person.name })}</Link>
      </p>
    </li>
  );
}

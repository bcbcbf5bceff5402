import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { type ReactElement, useEffect } from 'react';
import { Link } from 'react-router';
import type { Approval } from '#contract/helpdesk.ts';
import { approvalPause, helpdeskQueries, useOtherApprover } from '../../../api/helpdesk-queries.ts';
import { sessionQueries } from '../../../api/queries.ts';
import type { PageProps, Params } from '../../../components/page-props.ts';
import { useAnnounce } from '../../../components/ui/announcer.tsx';
import { Countdown } from '../../../components/ui/countdown.tsx';
import { Heading } from '../../../components/ui/heading.tsx';
import { ClockTime } from '../../../components/ui/relative-time.tsx';
import { Trans, useTranslate } from '../../../i18n/translate.tsx';
import { HelpdeskFailure } from '../messages/helpdesk-failure.tsx';
import { approvalReasonMessage, sortByWeight } from '../messages/approval-reason-messages.ts';
import { ApproverSaid, hasSaid } from '../messages/approver-said.tsx';
import { RequestWhat } from '../messages/request-what.tsx';
import { getEnd, getEndTime, requestMessage } from '../messages/request-messages.ts';
import { NextCaller, OutcomeFacts } from '../reset/reset-outcome.tsx';
import { TicketLine } from '../reset/ticket-line.tsx';
import helpdesk from '../layout/helpdesk.module.css';
import { recordHeard } from './heard.ts';

export const queries = ({ id = '' }: Params) => [helpdeskQueries.request(id)];

/** The agent writes these outcomes into the ticket. */
const hasTicketLine: ReadonlySet<Approval['status']> = new Set([
  'done',
  'denied',
  'expired',
  'approved',
  'failed',
  'unknown',
]);

/** The reader's own request. */
export default function RequestPage({ params }: PageProps): ReactElement {
  const t = useTranslate();
  const announce = useAnnounce();
  const query = helpdeskQueries.request(params['id'] ?? '');
  const { data: request } = useSuspenseQuery(query);
  const { login } = useSuspenseQuery(sessionQueries.current()).data.user;
  const { status, operation, person, id, decidedBy } = request;
  const isOpen = status === 'waiting' || status === 'approved';
  const { error } = useQuery({ ...query, refetchInterval: isOpen && approvalPause });
  const by = decidedBy?.name ?? '';
  const head = isOpen ? undefined : t(`helpdesk-outcome.end.${getEnd({ status, operation })}`, { by });
  useEffect(() => {
    if (head === undefined) return;
    announce(head);
    recordHeard(login, id);
  }, [head, announce, login, id]);
  const other = useOtherApprover();
  return (
    <div className={`${helpdesk.page} ${helpdesk.narrow}`}>
      <Heading
        key={status}
        focusOnMount={!isOpen}
        lead={
          status !== 'done' &&
          t(status === 'waiting' ? 'helpdesk-outcome.waiting_lead' : `helpdesk-outcome.end_lead.${status}`, {
            name: person.name,
            by,
            ...other,
          })
        }
      >
        {head ?? t(status === 'approved' ? 'helpdesk-outcome.carried_out' : 'helpdesk-outcome.waiting', other)}
      </Heading>
      <div className="stack" aria-busy={isOpen}>
        <p>
          <span className="strong">{t(requestMessage(request), { name: person.name })}</span>{' '}
          <span className="as-is">{person.login}</span>
          {/* For an unfreeze or unlock, the line above already says what is asked for. */}
          {(operation === 'reset' || request.resetFirst) && (
            <>
              <br />
              <RequestWhat request={request} />
            </>
          )}
        </p>
        {isOpen ? <Waiting request={request} /> : <Ended request={request} />}
        <HelpdeskFailure error={error} />
        <div className="actions">
          <NextCaller />
          <Link className="button" to={`/helpdesk/people/${person.id}`}>
            {t('helpdesk-outcome.see', { name: person.name })}
          </Link>
        </div>
        {hasTicketLine.has(status) && (
          <TicketLine
            facts={{ ...request, called: request.caller?.called ?? null, request, at: getEndTime(request) }}
          />
        )}
      </div>
    </div>
  );
}

function Waiting({ request: { approvalReasons, expiresAt, status } }: { request: Approval }): ReactElement {
  const t = useTranslate();
  return (
    <>
      <ul className="facts">
        {sortByWeight(approvalReasons).map((reason) => (
          <li key={reason}>{t(approvalReasonMessage(reason))}</li>
        ))}
      </ul>
      {status === 'waiting' && (
        <p>
          <Trans
            id="helpdesk-outcome.waiting_left"
            values={{ at: <ClockTime iso={expiresAt} />, left: <Countdown until={expiresAt} /> }}
          />
        </p>
      )}
      <p>{t('helpdesk-outcome.waiting_say')}</p>
    </>
  );
}

function Ended({ request }: { request: Approval }): ReactElement | null {
  const t = useTranslate();
  return (
    <>
      {hasSaid(request) && (
        <p className="note caution">
          <ApproverSaid approval={request} />
          {request.denial === 'attack' && ` ${t('helpdesk-denial.attack_set')}`}
        </p>
      )}
      {request.effects && (
        <OutcomeFacts operation={request.operation} name={request.person.name} effects={request.effects} />
      )}
    </>
  );
}

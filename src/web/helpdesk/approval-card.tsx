import type { ReactElement, ReactNode } from 'react';
import deskWords from 'virtual:words/en/desk';
import type { Approval } from '#contract/helpdesk.ts';
import { Countdown } from '../ui/countdown.tsx';
import { When } from '../ui/when.tsx';
import { inOneBreath } from '../words/dates.ts';
import { addWords, Say, useWords, type WordsId } from '../words/words.tsx';
import { Decide } from './decide.tsx';
import { HandOver } from './hand-over.tsx';
import { becauseWords, reasonWords, verifiedWords } from './means-words.ts';

addWords(deskWords);

const standing: Record<Approval['status'], WordsId> = {
  waiting: 'desk.stands_waiting',
  approved: 'desk.stands_approved',
  done: 'desk.stands_done',
  denied: 'desk.stands_denied',
  expired: 'desk.stands_expired',
  failed: 'desk.stands_failed',
  withdrawn: 'desk.stands_withdrawn',
};

/** What is asked, of whom, by whom, why, and what was verified; then the decision, or what became of it. */
export function ApprovalCard({ approval }: { approval: Approval }): ReactElement {
  const t = useWords();
  const {
    person,
    agent,
    methods,
    all,
    reason,
    ticket,
    note,
    callerWay,
    because,
    status,
    mine,
    decidedBy,
    decidedAt,
    lifts,
  } = approval;
  const what = methods.map(({ name, detail }) => (detail === null ? name : `${name} (${detail})`));
  const open = status === 'waiting';
  return (
    <li className="panel approval">
      <div className="approval-head">
        <h2>{t(lifts ? 'desk.approval_heading_lift' : 'desk.approval_heading', { name: person.name })}</h2>
        {open ? (
          <p className="fine">
            <Say id="desk.approval_left" values={{ left: <Countdown until={approval.expiresAt} /> }} />
          </p>
        ) : (
          <span className={status === 'done' ? 'badge good' : 'badge caution'}>
            {t(lifts && status === 'done' ? 'desk.stands_lifted' : standing[status])}
          </span>
        )}
      </div>
      <dl className="asked">
        <Line term="desk.approval_what">
          {lifts && <>{t('desk.approval_lifts')} </>}
          {(!lifts || all || what.length > 0) &&
            t(what.length === 0 ? 'desk.approval_code' : all ? 'desk.approval_all' : 'desk.approval_these', {
              names: inOneBreath(what),
            })}
        </Line>
        <Line term="desk.approval_of">{`${person.name}, ${person.login}`}</Line>
        <Line term="desk.approval_by">
          {`${agent.name}, ${agent.login}`} · <When iso={approval.createdAt} />
        </Line>
        <Line term="desk.approval_why">
          {t(reasonWords[reason])} · <span className="number">{ticket}</span>
        </Line>
        {note && <Line term="desk.note">{note}</Line>}
        <Line term="desk.approval_verified">{t(callerWay ? verifiedWords[callerWay] : 'desk.verified_not')}</Line>
        <Line term="desk.approval_because">{because.map((one) => t(becauseWords(one))).join(' ')}</Line>
        {decidedBy && decidedAt && (
          <Line term="desk.approval_decided">
            {decidedBy.name} · <When iso={decidedAt} />
          </Line>
        )}
      </dl>
      {open && (mine ? <Decide approval={approval} /> : <p className="fine">{t('desk.approval_not_yours')}</p>)}
      {approval.handOver && <HandOver approval={approval} />}
    </li>
  );
}

function Line({ term, children }: { term: WordsId; children: ReactNode }): ReactElement {
  const t = useWords();
  return (
    <div>
      <dt>{t(term)}</dt>
      <dd>{children}</dd>
    </div>
  );
}

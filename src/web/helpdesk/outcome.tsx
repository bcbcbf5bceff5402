import { useQuery } from '@tanstack/react-query';
import { type ReactElement, useEffect } from 'react';
import { Link } from 'react-router';
import deskWords from 'virtual:words/en/desk';
import type { Approval, ResetAnswer } from '#contract/helpdesk.ts';
import { useAnnounce } from '../ui/announce.tsx';
import { Countdown } from '../ui/countdown.tsx';
import { Failure } from '../ui/failure.tsx';
import { Heading } from '../ui/heading.tsx';
import { inOneBreath } from '../words/dates.ts';
import { addWords, Say, useWords, type WordsId } from '../words/words.tsx';
import { becauseWords } from './means-words.ts';
import { approvalPause, deskQueries } from './queries.ts';

addWords(deskWords);

/** What came of it, and what is to be told the caller. */
export function Outcome({
  answer,
  lifts,
  name,
  onAgain,
}: {
  answer: ResetAnswer;
  /** Whether a freeze was to be lifted. */
  lifts: boolean;
  name: string;
  onAgain: () => void;
}): ReactElement {
  return answer.status === 'done' ? (
    <Done answer={answer} lifts={lifts} name={name} onAgain={onAgain} />
  ) : (
    <Waiting approval={answer.approval} name={name} onAgain={onAgain} />
  );
}

function Done({
  answer: { removed, remaining, wayBack, notified, unfrozen },
  lifts,
  name,
  onAgain,
}: {
  answer: Extract<ResetAnswer, { status: 'done' }>;
  lifts: boolean;
  name: string;
  onAgain: () => void;
}): ReactElement {
  const t = useWords();
  return (
    <>
      <Heading arrive lead={t('desk.done_lead', { name })}>
        {unfrozen && removed.length === 0
          ? t('desk.unfrozen_head')
          : t('desk.done', { names: inOneBreath(removed), count: removed.length })}
      </Heading>
      <div className="stack">
        {wayBack && (
          <div className="note good">
            <p className="note-head">{t('desk.way_back')}</p>
            <p>
              {wayBack.handOver ? t('desk.way_back_hand') : t('desk.way_back_to', { to: inOneBreath(wayBack.sentTo) })}
            </p>
          </div>
        )}
        {lifts && !unfrozen && <p className="note caution">{t('desk.still_frozen')}</p>}
        <ul className="facts">
          {unfrozen && <li>{t('desk.unfrozen', { name })}</li>}
          <li>{remaining.length > 0 ? t('desk.left', { names: inOneBreath(remaining) }) : t('desk.left_nothing')}</li>
          <li>{notified.length > 0 ? t('desk.done_told', { to: inOneBreath(notified) }) : t('desk.told_nobody')}</li>
          <li>{t('desk.say_own_page')}</li>
        </ul>
        <Ways onAgain={onAgain} name={name} />
      </div>
    </>
  );
}

const ended: Record<Exclude<Approval['status'], 'waiting' | 'approved'>, [head: WordsId, lead: WordsId]> = {
  done: ['desk.approved', 'desk.approved_lead'],
  denied: ['desk.denied', 'desk.denied_lead'],
  expired: ['desk.expired', 'desk.expired_lead'],
  failed: ['desk.failed', 'desk.failed_lead'],
  withdrawn: ['desk.withdrawn', 'desk.withdrawn_lead'],
};

const isOpen = (approval: Approval): boolean => approval.status === 'waiting' || approval.status === 'approved';

/** A second approver decides; what they decided is shown as soon as they did. */
function Waiting({
  approval: asked,
  name,
  onAgain,
}: {
  approval: Approval;
  name: string;
  onAgain: () => void;
}): ReactElement {
  const t = useWords();
  const announce = useAnnounce();
  const { data, error } = useQuery({
    ...deskQueries.approvalsWatched(),
    refetchInterval: ({ state }) => {
      const found = state.data?.approvals.find(({ id }) => id === asked.id);
      return !found || isOpen(found) ? approvalPause : false;
    },
  });
  const approval = data?.approvals.find(({ id }) => id === asked.id) ?? asked;
  const end = approval.status === 'waiting' || approval.status === 'approved' ? undefined : ended[approval.status];
  const head =
    end &&
    t(approval.lifts && approval.status === 'done' ? 'desk.approved_lift' : end[0], {
      by: approval.decidedBy?.name ?? '',
    });
  useEffect(() => {
    if (head) announce(head);
  }, [head, announce]);
  if (end)
    return (
      <>
        <Heading arrive key={approval.status} lead={t(end[1], { name })}>
          {head}
        </Heading>
        <div className="stack">
          {approval.status === 'done' && (
            <p className="note good">{t(approval.handOver ? 'desk.way_back_hand' : 'desk.say_own_page')}</p>
          )}
          <Ways onAgain={onAgain} name={name} />
        </div>
      </>
    );
  return (
    <>
      <Heading arrive lead={t('desk.waiting_lead')}>
        {t('desk.waiting')}
      </Heading>
      <div className="stack" aria-busy="true">
        <ul className="facts">
          {approval.because.map((reason) => (
            <li key={reason}>{t(becauseWords(reason))}</li>
          ))}
        </ul>
        <p>
          <Say id="desk.waiting_left" values={{ left: <Countdown until={approval.expiresAt} /> }} />
        </p>
        <Failure error={error} />
        <Ways onAgain={onAgain} name={name} />
      </div>
    </>
  );
}

function Ways({ onAgain, name }: { onAgain: () => void; name: string }): ReactElement {
  const t = useWords();
  return (
    <div className="acts">
      <Link className="button main" to="/helpdesk">
        {t('desk.next_caller')}
      </Link>
      <button className="button" type="button" onClick={onAgain}>
        {t('desk.see', { name })}
      </button>
    </div>
  );
}

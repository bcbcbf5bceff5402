import '../../look/helpdesk.css';
import { useSuspenseQuery } from '@tanstack/react-query';
import { type ReactElement, type ReactNode, useEffect, useState } from 'react';
import deskWords from 'virtual:words/en/desk';
import type { DeskPerson, ResetAnswer } from '#contract/helpdesk.ts';
import { Choose, chooseId } from '../../helpdesk/choose.tsx';
import { Confirm, useLinksWithin } from '../../helpdesk/confirm.tsx';
import { type Draft, draftOf, emptyDraft, keepDraft } from '../../helpdesk/draft.ts';
import { Outcome } from '../../helpdesk/outcome.tsx';
import { bodyOf, type Missing, missingOf, planOf } from '../../helpdesk/plan.ts';
import { deskQueries } from '../../helpdesk/queries.ts';
import { ruleWords } from '../../helpdesk/rule-words.ts';
import { statusWords } from '../../helpdesk/status-words.ts';
import { isProven, useCaller } from '../../helpdesk/use-caller.ts';
import { Verify, verifyId } from '../../helpdesk/verify.tsx';
import { About, Warnings } from '../../helpdesk/who.tsx';
import { Why, whyIds } from '../../helpdesk/why.tsx';
import type { PageProps, Params } from '../../page-props.ts';
import { Heading } from '../../ui/heading.tsx';
import { addWords, useWords } from '../../words/words.tsx';

addWords(deskWords);

export const queries = ({ userId = '' }: Params) => [deskQueries.person(userId)];

/** How many groups stand in the heading; all of them are beside it. */
const most = 3;

/** One person as an agent sees them: who they are, and the way to a reset. */
export default function PersonPage({ params }: PageProps): ReactElement {
  const t = useWords();
  const userId = params['userId'] ?? '';
  const { data: found } = useSuspenseQuery(deskQueries.person(userId));
  const [answer, setAnswer] = useState<ResetAnswer & { lifts: boolean }>();
  const { person, may } = found;
  if (answer)
    return (
      <div className="desk narrow">
        <Outcome answer={answer} lifts={answer.lifts} name={person.name} onAgain={() => setAnswer(undefined)} />
      </div>
    );
  const status = statusWords(person.status);
  const frozen = found.frozenAt !== null;
  const resettable = may.resetOne.allowed || may.resetAll.allowed;
  const possible = frozen ? may.unfreeze.allowed : resettable;
  return (
    <div className="desk">
      <Heading
        back={{ to: '/helpdesk', text: t('desk.people_title') }}
        lead={
          <>
            <span className="as-is">{person.login}</span>
            {[...person.groups.slice(0, most), status ? t(status) : person.status].map((bit) => ` · ${bit}`)}
          </>
        }
      >
        {person.name}
      </Heading>
      <div className="person">
        <div className="work">
          <Warnings found={found} />
          {possible && may.challenge.allowed ? (
            <Steps found={found} userId={userId} onDone={(done) => setAnswer({ ...done, lifts: frozen })} />
          ) : (
            <>
              {!frozen && <p className="note caution">{t(ruleWords(may.resetOne.rule))}</p>}
              <section>
                <h2>{t('desk.methods')}</h2>
                <Choose found={found} lost={[]} />
              </section>
            </>
          )}
        </div>
        <About found={found} />
      </div>
    </div>
  );
}

const places: Record<Missing, string> = { caller: verifyId, lost: chooseId, ...whyIds };

/** Verify, choose, say why, and then the act, on one page. */
function Steps({
  found,
  userId,
  onDone,
}: {
  found: DeskPerson;
  userId: string;
  onDone: (answer: ResetAnswer) => void;
}): ReactElement {
  const t = useWords();
  const [draft, setDraft] = useState<Draft>(emptyDraft);
  const [refusedTicket, setRefusedTicket] = useState<string>();
  useLinksWithin();
  // The server knows of no draft; it comes after the first drawing.
  const frozen = found.frozenAt !== null;
  const suspects = found.may.resetOne.allowed ? found.suspects.join(' ') : '';
  useEffect(() => {
    const kept = draftOf(userId);
    // What may be a thief's is chosen to begin with.
    setDraft(kept === emptyDraft && suspects !== '' ? { ...kept, lost: suspects.split(' ') } : kept);
  }, [userId, suspects]);
  const change = (part: Partial<Draft>): void =>
    setDraft((before) => {
      const next = { ...before, ...part };
      keepDraft(userId, next);
      return next;
    });
  const caller = useCaller(userId, draft.callerProofId, (callerProofId) => change({ callerProofId }));

  // What went meanwhile is chosen no more.
  const held = new Set(found.factors.map(({ id }) => id));
  const now: Draft = draft.lost === 'all' ? draft : { ...draft, lost: draft.lost.filter((id) => held.has(id)) };
  const proven = isProven(caller.proof);
  const missing = missingOf(now, proven, found);
  return (
    <ol className="steps">
      <Step heading={t('desk.step_verify', { name: found.person.name })}>
        <Verify found={found} caller={caller} draft={now} onDraft={change} />
      </Step>
      <Step heading={t(frozen ? 'desk.step_choose_frozen' : 'desk.step_choose')}>
        {frozen && found.factors.length > 0 && <p className="fine">{t('desk.choose_frozen')}</p>}
        <Choose
          found={found}
          lost={now.lost}
          {...((found.may.resetOne.allowed || found.may.resetAll.allowed) && {
            onChoose: (lost: Draft['lost']) => change({ lost }),
          })}
        />
      </Step>
      <Step heading={t('desk.step_why')}>
        <Why
          draft={now}
          pattern={found.ticketPattern}
          unverified={now.unverified && !proven}
          problem={refusedTicket === now.ticket ? t('error.ticket_required') : undefined}
          onDraft={change}
        />
      </Step>
      <Step heading={t(frozen ? 'desk.step_confirm_frozen' : 'desk.step_confirm')}>
        <Confirm
          found={found}
          plan={planOf(
            found,
            { ...now, unverified: now.unverified && !proven },
            proven && (caller.proof?.needsApproval ?? false),
          )}
          missing={missing.map((what) => ({ what, at: places[what] }))}
          body={bodyOf(now, proven)}
          here={`/helpdesk/people/${userId}`}
          onTicket={() => setRefusedTicket(now.ticket)}
          onUnverified={() => change({ callerProofId: null })}
          onDone={(answer) => {
            keepDraft(userId, emptyDraft);
            onDone(answer);
          }}
        />
      </Step>
    </ol>
  );
}

function Step({ heading, children }: { heading: string; children: ReactNode }): ReactElement {
  return (
    <li>
      <h2>{heading}</h2>
      {children}
    </li>
  );
}

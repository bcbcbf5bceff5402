import { useSuspenseQuery } from '@tanstack/react-query';
import { type ReactElement, type ReactNode, useEffect, useState } from 'react';
import type { HelpdeskPerson, ResetAnswer } from '#contract/helpdesk.ts';
import { ChooseMethods, chooseId } from '../reset/choose-methods.tsx';
import { ConfirmReset, useLinksWithin } from '../reset/confirm-reset.tsx';
import { type ResetDraft, readDraft, emptyDraft, keepDraft } from '../reset/reset-draft.ts';
import { ResetOutcome } from '../reset/reset-outcome.tsx';
import { bodyOf, type Missing, missingOf, planOf } from '../reset/reset-plan.ts';
import { helpdeskQueries } from '../../../api/client/helpdesk-queries.ts';
import { ruleMessage } from '../messages/rule-messages.ts';
import { statusMessage } from '../messages/status-messages.ts';
import { isVerified, useCallerVerification } from '../caller-verification/use-caller-verification.ts';
import { VerifyCaller, verifyId } from '../caller-verification/verify-caller.tsx';
import { PersonDetails, Warnings } from './person-summary.tsx';
import { ReasonForm, reasonFieldIds } from '../reset/reason-form.tsx';
import type { PageProps, Params } from '../../../components/page-props.ts';
import { Heading } from '../../../components/ui/heading.tsx';
import { useTranslate } from '../../../i18n/translate.tsx';
import helpdesk from '../layout/helpdesk.module.css';
import css from './person.module.css';

export const queries = ({ userId = '' }: Params) => [helpdeskQueries.person(userId)];

/** How many groups the heading shows. The details beside it list all. */
const most = 3;

/** The page of one person for an agent: who the person is, and the steps of a reset. */
export default function PersonPage({ params }: PageProps): ReactElement {
  const t = useTranslate();
  const userId = params['userId'] ?? '';
  const { data: found } = useSuspenseQuery(helpdeskQueries.person(userId));
  const [answer, setAnswer] = useState<ResetAnswer & { unfreezes: boolean }>();
  const { person, permissions } = found;
  if (answer)
    return (
      <div className={`${helpdesk.page} ${helpdesk.narrow}`}>
        <ResetOutcome
          answer={answer}
          unfreezes={answer.unfreezes}
          name={person.name}
          onAgain={() => setAnswer(undefined)}
        />
      </div>
    );
  const status = statusMessage(person.status);
  const frozen = found.frozenAt !== null;
  const resettable = permissions.resetOne.allowed || permissions.resetAll.allowed;
  const possible = frozen ? permissions.unfreeze.allowed : resettable;
  return (
    <div className={helpdesk.page}>
      <Heading
        back={{ to: '/helpdesk', text: t('helpdesk.people_title') }}
        lead={
          <>
            <span className="as-is">{person.login}</span>
            {[...person.groups.slice(0, most), status ? t(status) : person.status].map((bit) => ` · ${bit}`)}
          </>
        }
      >
        {person.name}
      </Heading>
      <div className={css.person}>
        <div className={css.main}>
          <Warnings found={found} />
          {possible && permissions.challenge.allowed ? (
            <Steps found={found} userId={userId} onDone={(done) => setAnswer({ ...done, unfreezes: frozen })} />
          ) : (
            <>
              {!frozen && <p className="note caution">{t(ruleMessage(permissions.resetOne.rule))}</p>}
              <section>
                <h2>{t('helpdesk-person.methods')}</h2>
                <ChooseMethods found={found} selected={[]} />
              </section>
            </>
          )}
        </div>
        <PersonDetails found={found} />
      </div>
    </div>
  );
}

const places: Record<Missing, string> = { caller: verifyId, selected: chooseId, ...reasonFieldIds };

/** The steps of a reset on one page: verify the caller, choose methods, give a reason, confirm. */
function Steps({
  found,
  userId,
  onDone,
}: {
  found: HelpdeskPerson;
  userId: string;
  onDone: (answer: ResetAnswer) => void;
}): ReactElement {
  const t = useTranslate();
  const [draft, setDraft] = useState<ResetDraft>(emptyDraft);
  const [refusedTicket, setRefusedTicket] = useState<string>();
  useLinksWithin();
  // Only the browser stores the draft, so an effect reads it after the first render.
  const frozen = found.frozenAt !== null;
  const suspects = found.permissions.resetOne.allowed ? found.suspects.join(' ') : '';
  useEffect(() => {
    const kept = readDraft(userId);
    // Methods that may be an attacker's are selected at the start.
    setDraft(kept === emptyDraft && suspects !== '' ? { ...kept, selected: suspects.split(' ') } : kept);
  }, [userId, suspects]);
  const change = (part: Partial<ResetDraft>): void =>
    setDraft((before) => {
      const next = { ...before, ...part };
      keepDraft(userId, next);
      return next;
    });
  const caller = useCallerVerification(userId, draft.callerVerificationId, (callerVerificationId) =>
    change({ callerVerificationId }),
  );

  // Deselects methods that were removed meanwhile.
  const present = new Set(found.factors.map(({ id }) => id));
  const now: ResetDraft =
    draft.selected === 'all' ? draft : { ...draft, selected: draft.selected.filter((id) => present.has(id)) };
  const verified = isVerified(caller.verification);
  const missing = missingOf(now, verified, found);
  return (
    <ol className="steps">
      <Step heading={t('helpdesk-person.step_verify', { name: found.person.name })}>
        <VerifyCaller found={found} caller={caller} draft={now} onDraft={change} />
      </Step>
      <Step heading={t(frozen ? 'helpdesk-person.step_choose_frozen' : 'helpdesk-person.step_choose')}>
        {frozen && found.factors.length > 0 && <p className="fine">{t('helpdesk-person.choose_frozen')}</p>}
        <ChooseMethods
          found={found}
          selected={now.selected}
          {...((found.permissions.resetOne.allowed || found.permissions.resetAll.allowed) && {
            onChoose: (selected: ResetDraft['selected']) => change({ selected }),
          })}
        />
      </Step>
      <Step heading={t('helpdesk-person.step_why')}>
        <ReasonForm
          draft={now}
          pattern={found.ticketPattern}
          unverified={now.unverified && !verified}
          problem={refusedTicket === now.ticket ? t('error.ticket_required') : undefined}
          onDraft={change}
        />
      </Step>
      <Step heading={t(frozen ? 'helpdesk-person.step_confirm_frozen' : 'helpdesk-person.step_confirm')}>
        <ConfirmReset
          found={found}
          plan={planOf(
            found,
            { ...now, unverified: now.unverified && !verified },
            verified && (caller.verification?.needsApproval ?? false),
          )}
          missing={missing.map((what) => ({ what, at: places[what] }))}
          body={bodyOf(now, verified)}
          here={`/helpdesk/people/${userId}`}
          onTicket={() => setRefusedTicket(now.ticket)}
          onUnverified={() => change({ callerVerificationId: null })}
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

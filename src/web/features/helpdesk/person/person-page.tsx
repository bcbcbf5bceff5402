import { useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { type ComponentProps, type ReactElement, type ReactNode, useEffect, useState } from 'react';
import type { HelpdeskPerson, ResetAnswer } from '#contract/helpdesk.ts';
import { useNavigate } from 'react-router';
import { ChooseMethods } from '../reset/choose-methods.tsx';
import { useLinksWithin } from '../reset/move-to.ts';
import { canReset, keepDraft, otherOperation } from '../reset/reset-draft.ts';
import { helpdeskQueries } from '../../../api/helpdesk-queries.ts';
import { denialMessage } from '../messages/refusal-messages.ts';
import { statusMessage } from '../messages/status-messages.ts';
import { Later, type Load } from '../layout/later.tsx';
import { LimitNote } from '../messages/limit-note.tsx';
import { cancellation } from '../messages/cancellation.ts';
import { PersonActions, type Report, useReport } from './person-actions.tsx';
import { groupsInHeading, PersonDetails } from './person-summary.tsx';
import { TroubleNote } from './trouble-note.tsx';
import type ResetOutcome from '../reset/reset-outcome.tsx';
import { ResetSteps } from './reset-steps.tsx';
import { ResetSummary } from './reset-summary.tsx';
import { useReset } from './use-reset.ts';
import { useWatchedPerson } from './use-watched-person.ts';
import { WaitingApproval } from './waiting-approval.tsx';
import type { PageProps, Params } from '../../../components/page-props.ts';
import { Heading } from '../../../components/ui/heading.tsx';
import { useTranslate } from '../../../i18n/translate.tsx';
import helpdesk from '../layout/helpdesk.module.css';
import css from './person.module.css';

export const queries = ({ userId = '' }: Params) => [helpdeskQueries.person(userId)];

const outcome: Load<ComponentProps<typeof ResetOutcome>> = () => import('../reset/reset-outcome.tsx');

export default function PersonPage({ params }: PageProps): ReactElement {
  const t = useTranslate();
  const userId = params['userId'] ?? '';
  const { data: found } = useSuspenseQuery(helpdeskQueries.person(userId));
  useWatchedPerson(found);
  const report = useReport(userId);
  const client = useQueryClient();
  // Opening the page again is a new view, which the audit log must record.
  useEffect(
    () => () => client.removeQueries({ queryKey: helpdeskQueries.person(userId).queryKey, exact: true }),
    [client, userId],
  );
  /** `again`: the agent has returned here from the outcome page. */
  const [ended, setEnded] = useState<EndedReset | 'again'>();
  const { person, permissions } = found;
  // Loaded while the agent works, because the first page does not need it. If loading fails, `Later` tries again.
  useEffect(() => void outcome().catch(() => undefined), []);
  if (typeof ended === 'object')
    return (
      <div className={`${helpdesk.page} ${helpdesk.narrow}`}>
        <Later load={outcome} props={{ ...ended, onAgain: () => setEnded('again') }} />
      </div>
    );
  const status = statusMessage(person.status);
  const frozen = found.frozenAt !== null;
  const usedUp = found.limit?.left === 0;
  const possible = (canReset(found) || otherOperation(found) !== null) && (!frozen || permissions.unfreeze.allowed);
  const denied = [permissions.challenge, permissions.resetOne].find(({ allowed }) => !allowed);
  const who = (
    <>
      <Heading
        focusOnMount={ended === 'again'}
        back={{ to: '/helpdesk', text: t('helpdesk.people_title') }}
        lead={
          <>
            <span className="as-is">{person.login}</span>
            {[...person.groups.slice(0, groupsInHeading), status ? t(status) : person.status].map((bit) => ` · ${bit}`)}
          </>
        }
      >
        {person.name}
      </Heading>
      <PersonActions found={found} report={report} />
      <TroubleNote found={found} />
      <LimitNote limit={found.limit} />
      {found.cancellationAt !== null && <Later load={cancellation} props={{ at: found.cancellationAt, userId }} />}
      {found.waitingApprovals.map((waiting) => (
        <WaitingApproval key={waiting.operation} waiting={waiting} userId={userId} />
      ))}
    </>
  );
  return (
    <div className={helpdesk.page}>
      <div className={css.person}>
        {possible && permissions.challenge.allowed && !usedUp ? (
          <Reset key={report.reported} found={found} report={report} onDone={setEnded}>
            {who}
          </Reset>
        ) : (
          <>
            <div className={css.main}>
              {who}
              {!frozen && found.waitingApprovals.length === 0 && denied && (
                <p className="note caution">{t(denialMessage(denied.rule))}</p>
              )}
              <section>
                <h2>{t('helpdesk-person.methods')}</h2>
                <ChooseMethods found={found} selected={[]} />
              </section>
            </div>
            <div className={css.side}>
              <PersonDetails found={found} />
            </div>
          </>
        )}
      </div>
    </div>
  );
}

type EndedReset = Omit<ComponentProps<typeof ResetOutcome>, 'onAgain'>;

/** `children`: who the person is. */
function Reset({
  found,
  report,
  onDone,
  children,
}: {
  found: HelpdeskPerson;
  report: Report;
  onDone: (ended: EndedReset) => void;
  children: ReactNode;
}): ReactElement {
  const reset = useReset(found, report);
  const client = useQueryClient();
  const navigate = useNavigate();
  useLinksWithin();
  const end = (answer: ResetAnswer): void => {
    const { person } = found;
    keepDraft(person.id, undefined);
    if (answer.status === 'waiting') {
      const { id } = answer.approval;
      client.setQueryData(helpdeskQueries.request(id).queryKey, answer.approval);
      return void navigate(`/helpdesk/requests/${id}`);
    }
    const { type: callerVerificationType = null, called = null } = reset.caller.verification ?? {};
    const { operation, at } = answer;
    onDone({ answer, facts: { operation, person, callerVerificationType, called, effects: answer, at } });
  };
  return (
    <>
      <div className={css.main}>
        {children}
        <ResetSteps reset={reset} />
      </div>
      <div className={css.side}>
        <ResetSummary reset={reset} onDone={end} />
        <PersonDetails found={found} />
      </div>
    </>
  );
}

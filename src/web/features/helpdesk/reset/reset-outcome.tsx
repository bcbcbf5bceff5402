import type { ReactElement } from 'react';
import { Link } from 'react-router';
import type { Approval, Effects, ResetAnswer } from '#contract/helpdesk.ts';
import { Heading } from '../../../components/ui/heading.tsx';
import { useFormats } from '../../../i18n/format.ts';
import { useMethodName, useMethodNameWithKind } from '../../../components/factor/method-name.ts';
import { useTranslate } from '../../../i18n/translate.tsx';
import { useOtherApprover } from '../../../api/helpdesk-queries.ts';
import { TicketLine, type TicketFacts } from './ticket-line.tsx';

const states = { unlock: 'unlocked', unfreeze: 'unfrozen' } as const;

export default function ResetOutcome({
  answer,
  facts,
  onAgain,
}: {
  answer: Extract<ResetAnswer, { status: 'done' }>;
  facts: TicketFacts;
  onAgain: () => void;
}): ReactElement {
  const t = useTranslate();
  const { list } = useFormats();
  const getName = useMethodNameWithKind();
  const { operation, removed } = answer;
  const { name } = facts.person;
  return (
    <>
      <Heading focusOnMount>
        {operation === 'reset'
          ? t('helpdesk-outcome.done', { names: list(removed.map(getName)), count: removed.length })
          : t(`helpdesk-outcome.${states[operation]}_head`)}
      </Heading>
      <div className="stack">
        <OutcomeFacts operation={operation} name={name} effects={answer} />
        <div className="actions">
          <NextCaller />
          <button className="button" type="button" onClick={onAgain}>
            {t('helpdesk-outcome.see', { name })}
          </button>
        </div>
        <TicketLine facts={{ ...facts, effects: answer, at: answer.at }} />
      </div>
    </>
  );
}

export function NextCaller(): ReactElement {
  return (
    <Link className="button primary" to="/helpdesk">
      {useTranslate()('helpdesk-outcome.next_caller')}
    </Link>
  );
}

export function OutcomeFacts({
  operation,
  name,
  effects: { remaining, recoveryCode, notified },
}: {
  operation: Approval['operation'];
  name: string;
  effects: Effects;
}): ReactElement {
  const t = useTranslate();
  const { list } = useFormats();
  const getName = useMethodName();
  const other = useOtherApprover();
  const resets = operation === 'reset';
  const code =
    recoveryCode &&
    (recoveryCode.inPerson
      ? t('helpdesk-outcome.recovery_code_in_person', { name, ...other })
      : t('helpdesk-outcome.recovery_code_to', { name, to: list(recoveryCode.sentTo) }));
  return (
    <ul className="facts">
      {operation !== 'reset' && <li>{t(`helpdesk-outcome.${states[operation]}`, { name })}</li>}
      <li>
        {remaining.length > 0
          ? t('helpdesk.remaining', { names: list(remaining.map(getName)) })
          : t('helpdesk.remaining_none')}
        .
      </li>
      {resets && <li>{code ?? t('helpdesk-outcome.recovery_code_none')}</li>}
      <li>
        {notified.length > 0
          ? t('helpdesk-outcome.done_notified', { to: list(notified) })
          : t('helpdesk.notified_nobody')}
      </li>
      {resets && recoveryCode === null && (
        <li>{t('helpdesk-outcome.next_steps', { name, count: remaining.length })}</li>
      )}
    </ul>
  );
}

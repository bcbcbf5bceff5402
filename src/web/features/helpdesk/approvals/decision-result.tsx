import { type ReactElement, useEffect, useRef } from 'react';
import type { Approval } from '#contract/helpdesk.ts';
import { Button } from '../../../components/ui/button.tsx';
import { useAnnounce } from '../../../components/ui/announcer.tsx';
import { useTranslate, type MessageId } from '../../../i18n/translate.tsx';
import { getEnd } from '../messages/request-messages.ts';

function chooseNextMessage({ status, recoveryCodeWaits, denial }: Approval): MessageId {
  if (status === 'done')
    return recoveryCodeWaits ? 'helpdesk-decision.next_hand_over' : 'helpdesk-decision.next_agent_tells';
  if (status === 'approved') return 'helpdesk-decision.next_wait';
  if (status !== 'denied') return 'helpdesk-decision.next_ask_again';
  return denial === 'attack' ? 'helpdesk-decision.next_warned' : 'helpdesk-decision.next_agent_reads';
}

/** For a request that was decided, or ended, while its row was open. */
export function DecisionResult({
  approval,
  focused,
  next,
  onNext,
}: {
  approval: Approval;
  /** The reader has just decided, so the result takes the focus. */
  focused: boolean;
  /** The request that is next. Null: no request waits. */
  next: string | null;
  onNext: () => void;
}): ReactElement | null {
  const t = useTranslate();
  const announce = useAnnounce();
  const place = useRef<HTMLDivElement>(null);
  const { status, operation, person, agent, decidedBy } = approval;
  const text =
    status !== 'waiting' && t(`helpdesk-decision.result_${getEnd({ status, operation })}`, { name: person.name });
  useEffect(() => {
    if (text) announce(text);
  }, [text, announce]);
  // The outcome may arrive some time after the decision. Only then does it take the focus.
  const takesFocus = focused && Boolean(text);
  useEffect(() => {
    if (takesFocus) place.current?.focus();
  }, [takesFocus]);
  if (!text) return null;
  return (
    <div className={`note ${status === 'done' ? 'good' : 'caution'}`} ref={place} tabIndex={-1}>
      <p className="note-head">{text}</p>
      <p>{t(chooseNextMessage(approval), { agent: agent.name, by: decidedBy?.name ?? '' })}</p>
      {next !== null && (
        <div className="actions">
          <Button onClick={onNext}>{t('helpdesk-decision.next', { name: next })}</Button>
        </div>
      )}
    </div>
  );
}

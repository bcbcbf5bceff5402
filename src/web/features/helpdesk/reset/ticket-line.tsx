import { type ReactElement, useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import type { Approval, Effects } from '#contract/helpdesk.ts';
import { sessionQueries } from '../../../api/queries.ts';
import { useMethodName } from '../../../components/factor/method-name.ts';
import { useAnnounce } from '../../../components/ui/announcer.tsx';
import { Button } from '../../../components/ui/button.tsx';
import { useFormats } from '../../../i18n/format.ts';
import { type Translate, useTranslate } from '../../../i18n/translate.tsx';

/** `effects`: null if the operation did nothing. `at`: when it ended. */
export type TicketFacts = Pick<Approval, 'operation' | 'person' | 'callerVerificationType'> & {
  effects: Effects | null;
  /** The masked number of a call back. */
  called: string | null;
  at: string;
  /** Only if the operation needed an approver. */
  request?: Pick<Approval, 'status' | 'methods' | 'decidedBy' | 'denial' | 'decisionNote'>;
};

function sayEnd(t: Translate, { status, decidedBy, denial, decisionNote }: NonNullable<TicketFacts['request']>) {
  return [
    t('helpdesk-outcome.ticket_end', { status, by: decidedBy?.name ?? '' }),
    denial && denial !== 'other' && t(`helpdesk-denial.${denial}`),
    decisionNote !== null && t('helpdesk-denial.note', { note: decisionNote }),
  ];
}

/**
 * One plain line, which the agent copies into the ticket. The login is complete, because two people can have the same
 * name. Addresses are masked, and no code is included.
 */
export function TicketLine({ facts }: { facts: TicketFacts }): ReactElement {
  const t = useTranslate();
  const formats = useFormats();
  const announce = useAnnounce();
  const getName = useMethodName();
  const { data: session } = useQuery({ ...sessionQueries.current(), enabled: false });
  const [copied, setCopied] = useState<boolean>();
  const { operation, person, effects, request, called, callerVerificationType: verified } = facts;
  const names = (effects?.removed ?? request?.methods ?? []).map(getName);
  const values = { by: session?.user.name ?? '', name: person.name, login: person.login, names: formats.list(names) };
  const what = operation === 'reset' && names.length === 0 ? 'code' : operation;
  const text = [
    effects ? t(`helpdesk-outcome.ticket_${what}`, values) : t('helpdesk-outcome.ticket_asked', { ...values, what }),
    verified
      ? t('helpdesk-outcome.ticket_verified', { how: t(`helpdesk.verified_${verified}`, { called: called ?? '' }) })
      : t('helpdesk-outcome.ticket_unverified'),
    ...(!request
      ? []
      : effects
        ? [t('helpdesk-outcome.ticket_approved', { by: request.decidedBy?.name ?? '' })]
        : sayEnd(t, request)),
    effects &&
      effects.notified.length > 0 &&
      t('helpdesk-outcome.ticket_notified', { to: formats.list(effects.notified) }),
    t('helpdesk-outcome.ticket_at', { at: formats.utc.dateTime(facts.at) }),
  ]
    .filter(Boolean)
    .join(' ');
  const copy = async (): Promise<void> => {
    const isCopied = await navigator.clipboard.writeText(text).then(
      () => true,
      () => false,
    );
    setCopied(isCopied);
    announce(t(isCopied ? 'helpdesk-outcome.ticket_copied' : 'helpdesk-outcome.ticket_not_copied'));
  };
  return (
    <section className="panel stack" aria-labelledby="ticket-line">
      <h2 id="ticket-line">{t('helpdesk-outcome.ticket_head')}</h2>
      <p>{text}</p>
      <div className="actions">
        <Button onClick={() => void copy()}>
          {t(copied ? 'helpdesk-outcome.ticket_copied' : 'helpdesk-outcome.ticket_copy')}
        </Button>
        {copied === false && <p className="error">{t('helpdesk-outcome.ticket_not_copied')}</p>}
      </div>
    </section>
  );
}

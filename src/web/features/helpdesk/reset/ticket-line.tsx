import { useQuery } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import type { Approval } from '#contract/helpdesk.ts';
import { helpdeskQueries } from '../../../api/helpdesk-queries.ts';
import { useAnnounce } from '../../../components/ui/announcer.tsx';
import { Button } from '../../../components/ui/button.tsx';
import { useFormats } from '../../../i18n/format.ts';
import { useTranslate } from '../../../i18n/translate.tsx';

/**
 * What an agent copies into the ticket, in one plain line: who did what for whom, how the caller was verified, who
 * approved, when, and the row of the audit log, which says the same. The login is whole, since two people can share a
 * name; addresses are masked, and there is no code.
 */
export function TicketLine({
  userId,
  name,
  login,
  ticket,
  done: { operation, names },
  notified,
}: {
  userId: string;
  name: string;
  login: string;
  ticket: string;
  /** What was done, and the names of the methods that were reset; a reset may be of a recovery code alone. */
  done: { operation: Approval['operation']; names: readonly string[] };
  /** Masked addresses. */
  notified: readonly string[];
}): ReactElement | null {
  const t = useTranslate();
  const formats = useFormats();
  const announce = useAnnounce();
  const [copied, setCopied] = useState<boolean>();
  const { data } = useQuery({
    ...helpdeskQueries.audit({ ticket, person: userId, kind: 'reset' }, null),
    staleTime: 0,
    // Another reset with the same ticket must not begin with this line.
    gcTime: 0,
  });
  // An approver may have handed over the code since.
  const line = data?.lines.find(({ event }) => event !== 'helpdesk.recovery_code.reveal');
  if (!line) return null;
  const { by, verified, unverified, approver } = line;
  const about = { by: by ?? '', name, login, names: formats.list(names) };
  const text = [
    operation === 'reset' &&
      t(names.length > 0 ? 'helpdesk-outcome.ticket_reset' : 'helpdesk-outcome.ticket_code', about),
    operation === 'unlock' && t('helpdesk-outcome.ticket_unlock', about),
    operation === 'unfreeze' && t('helpdesk-outcome.ticket_unfreeze', about),
    verified && t('helpdesk-outcome.ticket_verified', { how: t(`helpdesk.verified_${verified.type}`) }),
    unverified && t('helpdesk-outcome.ticket_unverified'),
    approver !== null && t('helpdesk-outcome.ticket_approved', { by: approver }),
    notified.length > 0 && t('helpdesk-outcome.ticket_notified', { to: formats.list(notified) }),
    t('helpdesk-outcome.ticket_number', { at: formats.utc.dateTime(line.at), seq: String(line.seq) }),
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

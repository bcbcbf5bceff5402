import { useSuspenseQuery } from '@tanstack/react-query';
import type { ReactElement, ReactNode } from 'react';
import type { SessionListed } from '#contract/endpoints.ts';
import type { SecurityHistoryEntry } from '#contract/helpdesk.ts';
import { sessionQueries } from '../../api/queries.ts';
import { helpdeskQuery } from '../../api/helpdesk-queries.ts';
import { Button } from '../../components/ui/button.tsx';
import { FrozenNotice } from '../../flows/freeze/frozen-notice.tsx';
import { Heading } from '../../components/ui/heading.tsx';
import { deviceName } from '../../components/ui/device-name.ts';
import { ExactTime } from '../../components/ui/relative-time.tsx';
import { useFormats } from '../../i18n/format.ts';
import { useTranslate } from '../../i18n/translate.tsx';
import { eventText, isReportable, saysOutcome } from './event-messages.ts';
import { type Suspect, useFreezeDialog, NotMe } from '../../flows/freeze/freeze-dialog.tsx';
import css from './security-history.module.css';
import { DOT } from '../../components/dot.ts';

const history = () => helpdeskQuery(['security-history', 'list'], 'getSecurityHistory', {});
export const queries = () => [history(), sessionQueries.list()];

/** Includes changes by the helpdesk. */
export default function SecurityHistoryPage(): ReactElement {
  const t = useTranslate();
  const { data } = useSuspenseQuery(history());
  const { data: ownSessions } = useSuspenseQuery(sessionQueries.list());
  const here = ownSessions.sessions.find(({ current }) => current);
  const [dialog, ask] = useFreezeDialog();
  const isFrozen = data.frozenAt !== null;
  return (
    <>
      <Heading back="list" lead={t('security-history.lead')}>
        {t('security-history.heading')}
      </Heading>
      {isFrozen ? <FrozenNotice /> : <Freeze onSuspect={ask} />}
      {data.entries.length === 0 ? (
        <p>{t('security-history.none')}</p>
      ) : (
        <>
          <ol className="rows">
            {data.entries.map((entry) => (
              <Entry key={entry.id} entry={entry} here={here} onSuspect={isFrozen ? undefined : ask} />
            ))}
          </ol>
          {data.entries.length >= historyLimit && <p className="fine">{t('security-history.newest')}</p>}
        </>
      )}
      {dialog}
    </>
  );
}

/** The server sends at most this many entries, the newest. */
const historyLimit = 100;

function Entry({
  entry,
  here,
  onSuspect,
}: {
  entry: SecurityHistoryEntry;
  here: SessionListed | undefined;
  /** Undefined while changes are frozen. */
  onSuspect: ((suspect: Suspect) => void) | undefined;
}): ReactElement {
  const t = useTranslate();
  const { id, at, event, by, agent, address, outcome } = entry;
  const text = eventText(t, useFormats().list, entry);
  const failed = !saysOutcome(entry) && outcome !== null && !/^(?:SUCCESS|ALLOW)$/i.test(outcome);
  const asHere =
    by === 'you' &&
    here !== undefined &&
    entry.browser !== null &&
    address === here.address &&
    entry.browser === here.browser &&
    entry.system === here.system;
  const bits: ReactNode[] = [
    by === 'helpdesk' && agent,
    deviceName(t, entry),
    address,
    asHere && t('security-history.as_here'),
    // Last, so that nothing moves when the browser shows the time in its own zone.
    <ExactTime key="at" iso={at} />,
  ].filter(Boolean);
  return (
    <li className="row">
      <span className="row-text">
        <span className="row-name">
          <span className="row-title">{text}</span>
          {by === 'helpdesk' && <span className="badge caution">{t('security-history.by_helpdesk')}</span>}
          {failed && <span className="badge caution">{t('security-history.not_done')}</span>}
        </span>
        <span className="row-about">
          <span>
            {bits.map((bit, index) => (
              // The order never changes, so the index can be the key.
              <span key={index}>
                {index > 0 && DOT}
                {bit}
              </span>
            ))}
          </span>
        </span>
      </span>
      {onSuspect && isReportable(event) && (
        <NotMe what={text} at={at} asHere={asHere} named={{ entry: id }} onSuspect={onSuspect} />
      )}
    </li>
  );
}

function Freeze({ onSuspect }: { onSuspect: (suspect: Suspect) => void }): ReactElement {
  const t = useTranslate();
  return (
    <div className={`panel ${css.panel}`}>
      <p className="note-head">{t('security-history.not_me_heading')}</p>
      <p>{t('security-history.not_me_about')}</p>
      <Button variant="button danger" onClick={() => onSuspect({ what: null })}>
        {t('freeze.submit')}
      </Button>
    </div>
  );
}

import type { ReactElement, ReactNode } from 'react';
import type { HelpdeskPerson } from '#contract/helpdesk.ts';
import { useOtherApprover } from '../../../api/helpdesk-queries.ts';
import { ClockTime, RelativeTime } from '../../../components/ui/relative-time.tsx';
import { useMethodName } from '../../../components/factor/method-name.ts';
import { useFormats } from '../../../i18n/format.ts';
import { Trans, useTranslate } from '../../../i18n/translate.tsx';
import { ApproverSaid } from '../messages/approver-said.tsx';
import { AttackSignLine, ReportedLine } from '../messages/attack-sign-line.tsx';
import { denialMessage } from '../messages/refusal-messages.ts';
import { isNeedSaid } from '../reset/use-plan.ts';
import css from './person.module.css';

/** One line for each fact, the most important first. Signs of an attack need an approver, so they never stand alone. */
export function TroubleNote({ found }: { found: HelpdeskPerson }): ReactElement | null {
  const t = useTranslate();
  const other = useOtherApprover();
  const { warnings, attackSigns, needsApprover, lastDenial, person } = found;
  const isFrozen = warnings.includes('frozen');
  // A separate line says since when changes are frozen.
  const signs = attackSigns.filter(({ kind }) => kind !== 'frozen' || !isFrozen);
  const isSaid = attackSigns.some(({ kind }) => kind === 'request_denied') && lastDenial?.denial === 'attack';
  const until = needsApprover?.until ?? null;
  const lines: ReactNode[] = [
    ...(isFrozen ? frozenLines(found) : []),
    warnings.includes('privileged') &&
      t('helpdesk-person.warn_privileged', { unknown: warnings.includes('roles_unknown') ? 'yes' : 'no' }),
    warnings.includes('recently_reset') && t('helpdesk-person.warn_recently_reset'),
    warnings.includes('contact_changed') && t('helpdesk-person.warn_contact_changed'),
    warnings.includes('not_active') &&
      t(person.status === 'LOCKED_OUT' ? 'helpdesk-person.warn_locked' : 'helpdesk-person.warn_not_active'),
    lastDenial && !isSaid && <LastDenial denial={lastDenial} />,
    isNeedSaid(found) && (
      <Trans
        id={until ? 'helpdesk-person.needs_approver_until' : 'helpdesk-person.needs_approver'}
        values={{ ...other, frozen: isFrozen ? 'yes' : 'no', at: until && <ClockTime iso={until} /> }}
      />
    ),
  ].filter(Boolean);
  if (lines.length === 0) return null;
  return (
    <section
      className="note caution"
      aria-label={t(signs.length > 0 ? 'helpdesk.attack_signs' : 'helpdesk-person.warnings')}
    >
      {signs.length > 0 && (
        <>
          <h2 className="note-head">{t('helpdesk.attack_signs')}</h2>
          <Lines
            lines={signs.map((sign) => (
              <AttackSignLine key={sign.kind} sign={sign} />
            ))}
          />
          <h2 className="note-head">{t('helpdesk-person.warnings')}</h2>
        </>
      )}
      <Lines lines={lines} />
    </section>
  );
}

/** The order never changes, and two lines may have the same text. */
const Lines = ({ lines }: { lines: readonly ReactNode[] }): ReactElement => (
  <ul className={css.warnings}>
    {lines.map((line, index) => (
      <li key={index}>{line}</li>
    ))}
  </ul>
);

/** Since when changes are frozen, what the person reported, and which methods may belong to an attacker. */
const frozenLines = (found: HelpdeskPerson): ReactNode[] => [
  <Frozen key="frozen" found={found} />,
  ...found.reported.map((one) => <ReportedLine key={`${one.at} ${one.event} ${one.kind}`} reported={one} />),
  <Suspects key="suspects" found={found} />,
];

function Frozen({ found: { frozenAt, permissions } }: { found: HelpdeskPerson }): ReactElement {
  const t = useTranslate();
  return (
    <>
      {frozenAt && <Trans id="helpdesk-person.frozen" values={{ when: <RelativeTime iso={frozenAt} /> }} />}
      {!permissions.unfreeze.allowed && ` ${t(denialMessage(permissions.unfreeze.rule))}`}
    </>
  );
}

function Suspects({ found: { factors, suspects, reported } }: { found: HelpdeskPerson }): ReactElement {
  const t = useTranslate();
  const { list } = useFormats();
  const getName = useMethodName();
  const left = factors.filter(({ id }) => suspects.includes(id));
  // The line above names them.
  const isReported = left.every(({ kind }) =>
    reported.some((one) => one.kind === kind && one.event.endsWith('.activate')),
  );
  const names = left.map(getName);
  const values = { names: list(names), count: names.length, reported: isReported ? 'yes' : 'no' };
  return <>{t(names.length > 0 ? 'helpdesk-person.frozen_suspects' : 'helpdesk-person.frozen_no_suspects', values)}</>;
}

function LastDenial({ denial }: { denial: NonNullable<HelpdeskPerson['lastDenial']> }): ReactElement {
  const { by, agent, at } = denial;
  return (
    <>
      <Trans id="helpdesk-person.last_denied" values={{ by, agent, when: <RelativeTime iso={at} /> }} />{' '}
      <ApproverSaid approval={denial} />
    </>
  );
}

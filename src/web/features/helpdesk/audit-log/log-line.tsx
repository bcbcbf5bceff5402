import { useQuery } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import type { AuditLine } from '#contract/helpdesk.ts';
import { now } from '../../../api/client/clock.ts';
import { helpdeskQueries, type AuditFilter } from '../../../api/helpdesk-queries.ts';
import { kindNames } from '../../../components/factor/method-name.ts';
import { HelpdeskFailure } from '../messages/helpdesk-failure.tsx';
import { Button } from '../../../components/ui/button.tsx';
import { useFormats, type Formats } from '../../../i18n/format.ts';
import { useTranslate, type Translate } from '../../../i18n/translate.tsx';
import { chooseEnding, chooseSentence } from './line-messages.ts';
import css from './audit-log.module.css';

function sayLine(t: Translate, line: AuditLine, list: Formats['list']): string {
  const somebody = (name: string | null): string => name ?? t('helpdesk-audit-log.somebody');
  const { tried, code } = line.refused ?? {};
  return t(chooseSentence(line).id, {
    by: line.operator ? t('helpdesk-audit-log.operator', { name: somebody(line.by) }) : somebody(line.by),
    person: somebody(line.person),
    what: line.kind === null ? t('helpdesk-audit-log.methods') : kindNames(t, line.kind, list),
    tried: tried ?? '',
    code: code ?? '',
    requested: line.requested ?? 'no',
  });
}

type Part = { text: string; look?: 'caution' | 'lower' };

function sayDecision(t: Translate, { decision }: AuditLine): Part | null {
  if (!decision) return null;
  const name = decision.by ?? t('helpdesk-audit-log.somebody');
  if (decision.event === 'helpdesk.approval.approve') return { text: t('helpdesk-audit-log.approved_by', { name }) };
  const isDenied = decision.event === 'helpdesk.approval.deny';
  const text = isDenied ? t('helpdesk-audit-log.denied_by', { name }) : t('helpdesk-audit-log.withdrawn');
  return { text, look: 'caution' };
}

function sayParts(t: Translate, line: AuditLine, { list, local }: Pick<Formats, 'list' | 'local'>): Part[] {
  const { person, ticket, reason, signs, verified, approver, times, failure } = line;
  const ending = line.type === 'intent' ? null : chooseEnding(line);
  const isVerification = line.event === 'helpdesk.caller_verification.verify';
  const parts: (Part | false | null)[] = [
    line.type === 'intent' && { text: t('helpdesk-audit-log.intent') },
    ending && { text: t(ending), look: 'caution' },
    // The sentence of a row without a person already gives the caller's answer.
    failure && person !== null && { text: t('helpdesk-audit-log.failure', { failure }), look: 'caution' },
    person !== null && !chooseSentence(line).names && { text: t('helpdesk-audit-log.about', { person }) },
    times > 1 && { text: t('helpdesk-audit-log.times', { times }) },
    ticket !== null && { text: ticket },
    reason && { text: t(`helpdesk.reason_${reason}`), look: 'lower' },
    verified && {
      text: t(`helpdesk-audit-log.${isVerification ? 'how' : 'by'}_${verified.type}`, {
        time: verified.at ? local.time(verified.at) : '',
      }).trim(),
    },
    signs.length > 0 && {
      text: t('helpdesk-audit-log.signs', { signs: list(signs.map((sign) => t(`helpdesk.sign_${sign}`))) }),
      look: 'caution',
    },
    line.denial && line.denial !== 'other' && { text: t(`helpdesk-denial.${line.denial}`), look: 'caution' },
    line.unverified && { text: t('helpdesk-audit-log.unverified'), look: 'caution' },
    approver !== null && { text: t('helpdesk-audit-log.approved_by', { name: approver }) },
    sayDecision(t, line),
    line.denied && { text: t('helpdesk-audit-log.denied'), look: 'caution' },
  ];
  return parts.filter((part): part is Part => Boolean(part));
}

function Entry({ line }: { line: AuditLine }): ReactElement {
  const t = useTranslate();
  const formats = useFormats();
  const { local, list } = formats;
  const place = [line.browser, line.system, line.address].filter(Boolean);
  return (
    <span className={css.entry}>
      <time dateTime={line.at} title={local.dateTime(line.at)}>
        {local.stamp(line.at, now())}
      </time>
      <span>
        <span className={css.said}>{sayLine(t, line, list)}</span>
        {sayParts(t, line, formats).map(({ text, look = 'part' }) => (
          <span key={text} className={css.part}>
            {' · '}
            <span className={{ caution: css.caution, lower: css.lower, part: css.part }[look]}>{text}</span>
          </span>
        ))}
      </span>
      <span className={css.part}>{place.join(' · ')}</span>
    </span>
  );
}

function Rest({ line: { seq, requestId }, note }: { line: AuditLine; note: string | null }): ReactElement {
  const t = useTranslate();
  return (
    <>
      {note !== null && <p className={css.note}>{t('helpdesk-audit-log.note', { note })}</p>}
      <p className={css.ids}>{[t('helpdesk-audit-log.number', { seq }), requestId].filter(Boolean).join(' · ')}</p>
    </>
  );
}

/** An opened operation fetches all its rows, which repeat its note. `look`: the filter and token of the list. */
export function LogLine({ line, look }: { line: AuditLine; look: AuditFilter }): ReactElement {
  const { operation } = line;
  const [open, setOpen] = useState(false);
  return (
    <li className={css.line}>
      <details onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>
          <Entry line={line} />
        </summary>
        {open &&
          (operation === null ? <Rest line={line} note={line.note} /> : <Operation look={{ ...look, operation }} />)}
      </details>
    </li>
  );
}

function Operation({ look }: { look: AuditFilter }): ReactElement {
  const t = useTranslate();
  const [before, setBefore] = useState<string | null>(null);
  const { data, error } = useQuery(helpdeskQueries.audit(look, before));
  return (
    <>
      <ol className={css.rows} aria-label={t('helpdesk-audit-log.rows')} aria-busy={data === undefined}>
        {data?.lines.map((row, index, all) => (
          <li key={row.seq}>
            <Entry line={row} />
            <Rest line={row} note={all.findIndex(({ note }) => note === row.note) === index ? row.note : null} />
          </li>
        ))}
      </ol>
      <HelpdeskFailure error={error} />
      {data?.next && <Button onClick={() => setBefore(data.next)}>{t('helpdesk-audit-log.older')}</Button>}
    </>
  );
}

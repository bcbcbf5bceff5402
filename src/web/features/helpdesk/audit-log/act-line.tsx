import type { ReactElement } from 'react';
import type { AuditAct, AuditActRow } from '#contract/helpdesk.ts';
import type { FactorKind } from '#contract/kinds.ts';
import { factorUiOf } from '../../../components/factor/factor-ui.ts';
import { useFormats, type Formats } from '../../../i18n/format.ts';
import { useTranslate, type Translate } from '../../../i18n/translate.tsx';
import { reasonMessages } from '../messages/approval-messages.ts';
import { signMessages } from '../messages/sign-messages.ts';
import { endingOf, sentenceOf, verifiedMessages } from './act-messages.ts';
import { Amendments, sayMistake } from './amendments.tsx';
import css from './audit-log.module.css';

/** The names of an act's methods: a reset of several names the kind of each. */
const methodNames = (t: Translate, kind: string | null, list: Formats['list']): string =>
  kind === null
    ? t('helpdesk-audit-log.methods')
    : list(kind.split(' ').map((one) => t(factorUiOf(one as FactorKind).name)));
const somebody = (t: Translate, name: string | null): string => name ?? t('helpdesk-audit-log.somebody');

type Said = Pick<AuditAct, 'by' | 'event' | 'kind' | 'outcome' | 'person' | 'refused'> & { operator?: boolean };

/** Says what an act or one of its rows was, in one sentence. */
function sayAct(t: Translate, act: Said, list: Formats['list']): string {
  const by = act.operator ? t('helpdesk-audit-log.operator', { name: somebody(t, act.by) }) : somebody(t, act.by);
  const { tried, code } = act.refused ?? {};
  return t(sentenceOf(act).id, {
    by,
    person: somebody(t, act.person),
    what: methodNames(t, act.kind, list),
    tried: tried ?? '',
    code: code ?? '',
  });
}

type Part = { text: string; look?: 'caution' | 'lower' };

/** Says what else belongs to an act, each in a few words. */
function sayParts(t: Translate, act: AuditAct, { list, local }: Pick<Formats, 'list' | 'local'>): Part[] {
  const { person, ticket, reason, signs, verified, approver, requester, refusals, times } = act;
  const ending = endingOf(act);
  const parts: (Part | false | null)[] = [
    ending && { text: t(ending), look: 'caution' },
    person !== null && !sentenceOf(act).names && { text: t('helpdesk-audit-log.about', { person }) },
    times > 1 && act.event.startsWith('helpdesk.') && { text: t('helpdesk-audit-log.times', { times }) },
    ticket !== null && { text: ticket },
    reason && { text: t(reasonMessages[reason]), look: 'lower' },
    verified && {
      text: t(verifiedMessages[verified.type], { time: verified.at ? local.time(verified.at) : '' }).trim(),
    },
    signs.length > 0 && {
      text: t('helpdesk-audit-log.signs', { signs: list(signs.map((sign) => t(signMessages[sign]))) }),
      look: 'caution',
    },
    act.unverified && { text: t('helpdesk-audit-log.unverified'), look: 'caution' },
    requester !== null && { text: t('helpdesk-audit-log.requested_by', { name: requester }) },
    approver !== null && { text: t('helpdesk-audit-log.approved_by', { name: approver }) },
    act.denied && { text: t('helpdesk-audit-log.denied'), look: 'caution' },
    ...[...new Set(act.amendments.map((one) => sayMistake(t, one)))].map((what): Part => ({
      text: t('helpdesk-audit-log.corrected', { what }),
      look: 'caution',
    })),
    refusals > 0 && { text: t('helpdesk-audit-log.refusals', { count: refusals }), look: 'caution' },
  ];
  return parts.filter((part): part is Part => Boolean(part));
}

/** One act: a line that opens to its rows. The list is read after hydration, so times are the reader's. */
export function ActLine({ act }: { act: AuditAct }): ReactElement {
  const t = useTranslate();
  const formats = useFormats();
  const { local, list } = formats;
  return (
    <li>
      <details className={css.act}>
        <summary>
          <time dateTime={act.at} title={local.dateTime(act.at)}>
            {local.short(act.at)}
          </time>
          <span>
            <span className={css.said}>{sayAct(t, act, list)}</span>
            {sayParts(t, act, formats).map(({ text, look = 'part' }) => (
              <span key={text} className={css.part}>
                {' · '}
                <span className={{ caution: css.caution, lower: css.lower, part: css.part }[look]}>{text}</span>
              </span>
            ))}
          </span>
        </summary>
        {act.note && <p className={css.note}>{t('helpdesk-audit-log.note', { note: act.note })}</p>}
        <Amendments act={act} />
        <ol className={css.rows}>
          {act.rows.map((row) => (
            <Row key={row.seq} row={row} />
          ))}
        </ol>
      </details>
    </li>
  );
}

function Row({ row }: { row: AuditActRow }): ReactElement {
  const t = useTranslate();
  const { local, list } = useFormats();
  const ending = row.type === 'intent' ? 'helpdesk-audit-log.intent' : endingOf(row);
  const about = row.person !== null && !sentenceOf(row).names && t('helpdesk-audit-log.about', { person: row.person });
  const place = [row.browser, row.system, row.address].filter(Boolean);
  return (
    <li>
      <time dateTime={row.at} title={local.dateTime(row.at)}>
        {local.time(row.at)}
      </time>
      <span>{[sayAct(t, row, list), about, ending && t(ending)].filter(Boolean).join(' · ')}</span>
      <span className={css.part}>{place.join(' · ')}</span>
      <span className={css.ids}>
        {[t('helpdesk-audit-log.number', { seq: row.seq }), row.requestId].filter(Boolean).join(' · ')}
      </span>
    </li>
  );
}

import { type ReactElement, type SyntheticEvent, useEffect, useId, useRef } from 'react';
import { Link, useNavigate } from 'react-router';
import type { auditKinds, auditOutcomes } from '#contract/helpdesk-schemas.ts';
import { Button } from '../../../components/ui/button.tsx';
import { Field } from '../../../components/field/field.tsx';
import { Options } from '../../../components/field/options.tsx';
import { useTranslate, type MessageId } from '../../../i18n/translate.tsx';
import { filterFrom, completeMoment, printSearch, type AddressFilter, type periods } from './audit-filter.ts';
import css from './audit-log.module.css';

type Texts = Record<string, MessageId>;
const kindTexts: Record<Exclude<(typeof auditKinds)[number], 'operation'> | 'all', MessageId> = {
  reset: 'helpdesk-audit-log.kind_reset',
  approval: 'helpdesk-audit-log.kind_approval',
  caller: 'helpdesk-audit-log.kind_caller',
  look: 'helpdesk-audit-log.kind_look',
  freeze: 'helpdesk-audit-log.kind_freeze',
  method: 'helpdesk-audit-log.kind_method',
  session: 'helpdesk-audit-log.kind_session',
  refusal: 'helpdesk-audit-log.kind_refusal',
  all: 'helpdesk-audit-log.kind_all',
};
const outcomeTexts: Record<(typeof auditOutcomes)[number], MessageId> = {
  success: 'helpdesk-audit-log.outcome_success',
  failure: 'helpdesk-audit-log.outcome_failure',
  unknown: 'helpdesk-audit-log.outcome_unknown',
};

/** “Any time” is first. */
const periodTexts: Record<'' | (typeof periods)[number], MessageId> = {
  '': 'helpdesk-audit-log.always',
  today: 'helpdesk-audit-log.today',
  yesterday: 'helpdesk-audit-log.yesterday',
  week: 'helpdesk-audit-log.week',
};

const to = (filter: AddressFilter): string => `?${printSearch(filter)}`;

export function AuditLogFilter({ filter }: { filter: AddressFilter }): ReactElement {
  const t = useTranslate();
  const navigate = useNavigate();
  const id = useId();
  const { when = '', since, until, ...always } = filter;
  /** Null if the reader entered times. */
  const chosen = since || until ? null : when;
  const form = useRef<HTMLFormElement>(null);
  const search = printSearch(filter);
  const shown = useRef(search);
  // The same fields show another filter, because new fields would lose the focus.
  useEffect(() => {
    if (shown.current === search) return;
    shown.current = search;
    const given = new URLSearchParams(search);
    for (const field of [...form.current!.elements] as HTMLInputElement[]) {
      const value = given.get(field.name) ?? '';
      field.value = field.type === 'datetime-local' ? completeMoment(value) : value;
    }
  }, [search]);
  const send = (event: SyntheticEvent): void => {
    event.preventDefault();
    if (form.current) void navigate(to(filterFrom(new FormData(form.current))));
  };
  const choice = (name: 'kind' | 'outcome', label: MessageId, any: MessageId, texts: Texts): ReactElement => (
    <Field label={t(label)}>
      {(control) => (
        <select {...control} name={name} defaultValue={filter[name] ?? ''}>
          <option value="">{t(any)}</option>
          <Options texts={texts} />
        </select>
      )}
    </Field>
  );
  const moment = (name: 'since' | 'until', label: MessageId): ReactElement => (
    <Field label={t(label)}>
      {(control) => (
        <input {...control} form={id} name={name} type="datetime-local" defaultValue={completeMoment(filter[name])} />
      )}
    </Field>
  );
  const text = (name: 'person' | 'agent' | 'ticket', label: MessageId, most: number): ReactElement => (
    <Field label={t(label)}>
      {(control) => (
        <input
          {...control}
          name={name}
          type="text"
          autoComplete="off"
          spellCheck={false}
          maxLength={most}
          defaultValue={filter[name] ?? ''}
        />
      )}
    </Field>
  );
  return (
    <>
      <form className={css.filter} id={id} method="post" ref={form} onSubmit={send}>
        {text('person', 'helpdesk-audit-log.person', 100)}
        {text('agent', 'helpdesk-audit-log.agent', 100)}
        {text('ticket', 'helpdesk-audit-log.ticket', 60)}
        {choice('kind', 'helpdesk-audit-log.kind', 'helpdesk-audit-log.kind_operation', kindTexts)}
        {choice('outcome', 'helpdesk-audit-log.outcome', 'helpdesk-audit-log.any_outcome', outcomeTexts)}
        <Button type="submit" variant="button primary">
          {t('helpdesk-audit-log.show')}
        </Button>
        {filter.when && <input type="hidden" name="when" value={filter.when} />}
      </form>
      <div className={css.periods}>
        <nav aria-label={t('helpdesk-audit-log.period')}>
          {Object.entries(periodTexts).map(([when, text]) => (
            <Link
              key={when}
              className="text-button"
              to={to(when ? { ...always, when } : always)}
              aria-current={chosen === when ? 'true' : undefined}
            >
              {t(text)}
            </Link>
          ))}
        </nav>
        <details className={css.days} open={chosen === null}>
          <summary>{t('helpdesk-audit-log.days')}</summary>
          <div>
            {moment('since', 'helpdesk-audit-log.since')}
            {moment('until', 'helpdesk-audit-log.until')}
          </div>
        </details>
      </div>
    </>
  );
}

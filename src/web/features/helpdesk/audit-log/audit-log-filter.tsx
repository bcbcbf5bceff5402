import { type ReactElement, type SyntheticEvent, useRef } from 'react';
import { Button } from '../../../components/ui/button.tsx';
import { Field } from '../../../components/field/field.tsx';
import { useTranslate, type MessageId } from '../../../i18n/translate.tsx';
import { eventMessages } from '../messages/event-messages.ts';
import type { AuditFilter } from '../../../api/client/helpdesk-queries.ts';
import css from './audit-log.module.css';

const names = ['agent', 'person', 'event', 'since', 'until'] as const;

/** Returns a filter from the values of an address or a form, without empty ones. */
export function filterFrom(given: { get: (name: string) => unknown }): AuditFilter {
  const said = names.flatMap((name) => {
    const value = given.get(name);
    return typeof value === 'string' && value.trim() !== '' ? [[name, value.trim()] as const] : [];
  });
  return Object.fromEntries(said);
}

/** Filters by agent, person, event and time. */
export function AuditLogFilter({
  filter,
  onFilter,
}: {
  filter: AuditFilter;
  onFilter: (filter: AuditFilter) => void;
}): ReactElement {
  const t = useTranslate();
  const form = useRef<HTMLFormElement>(null);
  const send = (event: SyntheticEvent): void => {
    event.preventDefault();
    if (form.current) onFilter(filterFrom(new FormData(form.current)));
  };
  const text = (name: 'agent' | 'person', label: MessageId): ReactElement => (
    <Field label={t(label)}>
      {(control) => (
        <input
          {...control}
          name={name}
          type="text"
          autoComplete="off"
          spellCheck={false}
          maxLength={100}
          defaultValue={filter[name] ?? ''}
        />
      )}
    </Field>
  );
  const day = (name: 'since' | 'until', label: MessageId): ReactElement => (
    <Field label={t(label)}>
      {(control) => <input {...control} name={name} type="date" defaultValue={filter[name]?.slice(0, 10) ?? ''} />}
    </Field>
  );
  return (
    <form className={css.filter} method="post" ref={form} onSubmit={send}>
      {text('agent', 'helpdesk-audit-log.agent')}
      {text('person', 'helpdesk-audit-log.person')}
      <Field label={t('helpdesk-audit-log.event')}>
        {(control) => (
          <select {...control} name="event" defaultValue={filter.event ?? ''}>
            <option value="">{t('helpdesk-audit-log.any')}</option>
            {Object.entries(eventMessages).map(([event, messageId]) => (
              <option key={event} value={event}>
                {t(messageId)}
              </option>
            ))}
          </select>
        )}
      </Field>
      {day('since', 'helpdesk-audit-log.since')}
      {day('until', 'helpdesk-audit-log.until')}
      <div className="actions">
        <Button type="submit" variant="button primary">
          {t('helpdesk-audit-log.show')}
        </Button>
      </div>
    </form>
  );
}

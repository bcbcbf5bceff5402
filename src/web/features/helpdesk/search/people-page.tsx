import { useSuspenseQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { Link } from 'react-router';
import { LimitNote } from '../messages/limit-note.tsx';
import { PeopleSearchBox } from './people-search.tsx';
import { helpdeskQueries } from '../../../api/helpdesk-queries.ts';
import { Heading } from '../../../components/ui/heading.tsx';
import { useTranslate } from '../../../i18n/translate.tsx';
import css from '../layout/helpdesk.module.css';

/** Only staff may read `ownStepUp`, so anybody else gets a problem page instead of the search. */
export const queries = () => [helpdeskQueries.ownStepUp()];

/** Above the search: what the agent still lacks to help callers. */
export default function PeoplePage(): ReactElement {
  const t = useTranslate();
  const { lacks, limit } = useSuspenseQuery(helpdeskQueries.ownStepUp()).data;
  return (
    <div className={`${css.page} ${css.narrow}`}>
      <Heading lead={t('helpdesk-search.lead')}>{t('helpdesk-search.heading')}</Heading>
      <LimitNote limit={limit} />
      {lacks && (
        <section className="note caution" aria-labelledby="lacking">
          <p className="note-head" id="lacking">
            {t('helpdesk-search.lacking')}
          </p>
          <p>{t('helpdesk-search.lacking_about', { lacks })}</p>
          <p>
            <Link to="/add">{t('helpdesk-search.lacking_add')}</Link> {t('helpdesk-search.lacking_else')}
          </p>
        </section>
      )}
      <PeopleSearchBox />
    </div>
  );
}

import type { ReactElement } from 'react';
import { PeopleSearchBox } from './people-search.tsx';
import { Shortcuts } from '../shortcuts/shortcuts.tsx';
import { helpdeskQueries } from '../../../api/helpdesk-queries.ts';
import { Heading } from '../../../components/ui/heading.tsx';
import { useTranslate } from '../../../i18n/translate.tsx';
import css from '../layout/helpdesk.module.css';

/** Only staff may read this. So anybody else, a frozen agent too, sees a problem page before typing. */
export const queries = () => [helpdeskQueries.approvals()];

/** The helpdesk's first page: an agent finds the person who calls. */
export default function PeoplePage(): ReactElement {
  const t = useTranslate();
  return (
    <div className={`${css.page} ${css.narrow}`}>
      <Heading lead={t('helpdesk-search.lead')}>{t('helpdesk-search.heading')}</Heading>
      <PeopleSearchBox />
      <Shortcuts />
    </div>
  );
}

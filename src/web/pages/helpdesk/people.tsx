import '../../look/helpdesk.css';
import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { Link } from 'react-router';
import deskWords from 'virtual:words/en/desk';
import { sessionQueries } from '../../client/queries.ts';
import { PeopleBox } from '../../helpdesk/people-box.tsx';
import { deskQueries } from '../../helpdesk/queries.ts';
import { Heading } from '../../ui/heading.tsx';
import { addWords, useWords } from '../../words/words.tsx';

addWords(deskWords);

/** Answered to whoever may be here; anybody else, a frozen agent too, is told so before they type. */
export const queries = () => [deskQueries.approvals()];

/** Where an agent begins: finding the person who calls. */
export default function PeoplePage(): ReactElement {
  const t = useWords();
  const { data: session } = useQuery({ ...sessionQueries.current(), enabled: false });
  return (
    <div className="desk narrow">
      <Heading lead={t('desk.people_lead')}>{t('desk.people_heading')}</Heading>
      <PeopleBox />
      {session?.helpdesk === 'admin' && (
        <p className="after">
          <Link className="quiet" to="/helpdesk/audit">
            {t('desk.audit_go')}
          </Link>
        </p>
      )}
    </div>
  );
}

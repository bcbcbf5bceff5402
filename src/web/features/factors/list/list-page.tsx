import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import { Link } from 'react-router';
import { homeQueries } from '../../../api/queries.ts';
import { isActive } from '../../../api/factor-status.ts';
import { takeFocus } from '../../../components/ui/heading.tsx';
import { useTranslate } from '../../../i18n/translate.tsx';
import css from './list.module.css';
import { EnrollmentOptions } from '../enrollment-options.tsx';
import { Notice } from '../notice.tsx';
import { MethodGroups } from './method-groups.tsx';
import { MoreLinks, PhoneRow } from './more-rows.tsx';
import { findStatus } from './status.ts';
import { StatusPanel } from './status-panel.tsx';

export default function ListPage(): ReactElement {
  const t = useTranslate();
  const { data: home } = useSuspenseQuery(homeQueries.page());
  // A question of the helpdesk may come while the page is open.
  useQuery({ ...homeQueries.page(true), refetchInterval: 30_000 });
  const { factors, session } = home;
  const status = findStatus(home);
  const [denied, setDenied] = useState(false);
  const none = !factors.some(isActive);
  const options = none && !session.frozen && status.id !== 'code_ended' && (
    <EnrollmentOptions
      home={home}
      heading={t(status.id === 'unfinished' ? 'factors.add.instead' : 'factors.add.first')}
      recommend={status.id !== 'unfinished'}
    />
  );
  return (
    <>
      <Notice />
      {denied && (
        <section className="note good">
          {/* Takes the focus, because the button that had it was removed. */}
          <p className="note-head" ref={takeFocus} tabIndex={-1}>
            {t('factors.list.denied')}
          </p>
        </section>
      )}
      <StatusPanel home={home} status={status} onDenied={() => setDenied(true)} />
      {factors.length === 0 && options}
      <PhoneRow home={home} />
      {factors.length > 0 && (
        <>
          <MethodGroups factors={factors} />
          {options}
        </>
      )}
      {!none && !session.frozen && (
        <p className={css.add}>
          <Link className="button" to="/add">
            {t('factors.list.add')}
          </Link>
        </p>
      )}
      <MoreLinks home={home} />
    </>
  );
}

import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { Link } from 'react-router';
import { ApiError } from '#contract/errors.ts';
import { homeQueries, newPhoneQueries } from '../../../api/queries.ts';
import { Fact } from '../../../components/ui/fact.tsx';
import css from './enrollment.module.css';
import { useTranslate } from '../../../i18n/translate.tsx';

export function ReplaceEffect({
  what,
  replaced,
  error,
}: {
  what: 'app' | 'number';
  /** The old method's id. */
  replaced: string;
  error?: unknown;
}): ReactElement {
  const t = useTranslate();
  const { data: home } = useQuery(homeQueries.page());
  const isOff = home !== undefined && !home.factors.some(({ id }) => id === replaced);
  // This data says whether Okta allows a second number. The new-phone page has already fetched the data.
  const { data } = useQuery({ ...newPhoneQueries.page(), enabled: what === 'number' });
  const way = data?.methods.find(({ factor }) => factor.id === replaced)?.way;
  return (
    <section className={css.effect}>
      <h2>{t('enroll.replace_happens')}</h2>
      <ul className="facts">
        {(isOff || what === 'app' || way) && (
          <Fact icon="phone" head={t(isOff ? 'enroll.replace_off' : `enroll.replace_${what}`)}>
            {t(isOff ? 'enroll.replace_off_about' : `enroll.replace_${what}_about`, { way: way ?? '' })}
          </Fact>
        )}
        <Fact icon="shield" head={t('enroll.replace_broken')}>
          {t('enroll.replace_broken_about')}
        </Fact>
      </ul>
      {error instanceof ApiError && error.code === 'last_factor' && (
        <div className="note caution">
          <p>{t('enroll.replace_spare')}</p>
          <Link className="button" to="/add">
            {t('enroll.replace_spare_go')}
          </Link>
        </div>
      )}
    </section>
  );
}

import { useSuspenseQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { homeQueries } from '../../api/queries.ts';
import { FrozenChange } from '../../flows/freeze/frozen-notice.tsx';
import { SimulatorHint } from '../../components/ui/simulator-hint.tsx';
import { Heading } from '../../components/ui/heading.tsx';
import { EnrollmentOptions } from './enrollment-options.tsx';
import { Trans, useTranslate } from '../../i18n/translate.tsx';

export default function AddPage(): ReactElement {
  const t = useTranslate();
  const { data: home } = useSuspenseQuery(homeQueries.page());
  if (home.session.frozen) return <FrozenChange back="list">{t('add.title')}</FrozenChange>;
  return (
    <>
      <Heading back="list" lead={<Trans id="add.lead" elements={[<span key="order" className="scripted" />]} />}>
        {t('add.title')}
      </Heading>
      <EnrollmentOptions home={home} recommend={home.factors.length === 0} />
      <SimulatorHint />
    </>
  );
}

import { useSuspenseQuery } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import { newPhoneQueries } from '../../../api/queries.ts';
import { FrozenNotice, useFrozen } from '../../../components/factor/frozen-notice.tsx';
import { Heading } from '../../../components/ui/heading.tsx';
import { useTranslate } from '../../../i18n/translate.tsx';
import { MovePlan } from './move-plan.tsx';
import { Questions } from './questions.tsx';

/** Moves a person's methods to a new phone: two questions, then a plan that any browser of theirs can go on with. */
export default function NewPhonePage(): ReactElement {
  const t = useTranslate();
  const { data } = useSuspenseQuery(newPhoneQueries.plan());
  const [asks, setAsks] = useState(false);
  const [answered, setAnswered] = useState(false);
  if (useFrozen())
    return (
      <>
        <Heading back="list">{t('factors.new_phone.title')}</Heading>
        <FrozenNotice />
      </>
    );
  if (data.plan === null || asks) {
    const close = (): void => {
      setAsks(false);
      setAnswered(true);
    };
    return <Questions data={data} focusOnMount={asks} onPlanned={close} onKeep={close} />;
  }
  return <MovePlan data={data} plan={data.plan} focusOnMount={answered} onChange={() => setAsks(true)} />;
}

import { useSuspenseQuery } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import { Link } from 'react-router';
import { factorQueries } from '../client/queries.ts';
import { request } from '../client/request.ts';
import type { PageProps } from '../page-props.ts';
import { CheckCode } from '../ui/check-code.tsx';
import { DeskHint } from '../ui/desk-hint.tsx';
import { Heading } from '../ui/heading.tsx';
import { isActive } from '../ui/status.ts';
import { useWords } from '../words/words.tsx';

/** Tries a method out. It proves nothing to anybody else. */
export default function TestPage({ params }: PageProps): ReactElement {
  const t = useWords();
  const factorId = params['factorId'] ?? '';
  const { data } = useSuspenseQuery(factorQueries.detail(factorId));
  const { name } = data.factor;
  const [works, setWorks] = useState(false);
  const back = { to: `/methods/${factorId}`, text: name };
  if (works)
    return (
      <>
        <Heading arrive lead={t('test.works_lead')}>
          {t('test.works', { name })}
        </Heading>
        <Link className="button main" to="/">
          {t('enroll.done_back')}
        </Link>
      </>
    );
  if (!data.testable || !isActive(data.factor))
    return (
      <Heading back={back} lead={t('test.cannot')}>
        {t('test.heading', { name })}
      </Heading>
    );
  return (
    <>
      <Heading back={back} lead={t('test.lead')}>
        {t('test.heading', { name })}
      </Heading>
      <CheckCode
        submit="test.check"
        hint="code.hint"
        check={(passCode) => request('verifyFactor', { params: { factorId }, body: { passCode } })}
        onRight={() => setWorks(true)}
      />
      <DeskHint />
    </>
  );
}

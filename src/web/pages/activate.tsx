import { useSuspenseQuery } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import { Link } from 'react-router';
import { ApiError } from '#contract/errors.ts';
import { factorQueries } from '../client/queries.ts';
import { request } from '../client/request.ts';
import { beginAtOnce } from '../factors/begin.ts';
import { faceOf } from '../factors/registry.ts';
import { RunsOut } from '../factors/totp/runs-out.tsx';
import type { PageProps } from '../page-props.ts';
import { CheckCode } from '../ui/check-code.tsx';
import { EndOthers } from '../ui/end-others.tsx';
import { Heading } from '../ui/heading.tsx';
import { isUnfinished } from '../ui/status.ts';
import { useWords } from '../words/words.tsx';

/** Codes by which an activation says that there is nothing left to activate. */
const over = new Set(['not_found', 'proof_required', 'conflict']);

/** Finishes a method begun in this session, whose app has the secret already. */
export default function ActivatePage({ params }: PageProps): ReactElement {
  const t = useWords();
  const factorId = params['factorId'] ?? '';
  const { data } = useSuspenseQuery(factorQueries.detail(factorId));
  const { factor, enrollment } = data;
  const [end, setEnd] = useState<'done' | 'expired'>();
  const back = { to: `/methods/${factorId}`, text: factor.name };

  if (end === 'done')
    return (
      <>
        <Heading arrive lead={t('enroll.done_lead')}>
          {t('activate.done', { name: factor.name })}
        </Heading>
        <div className="stack">
          <EndOthers />
          <p>
            <Link className="button main" to="/">
              {t('enroll.done_back')}
            </Link>
          </p>
        </div>
      </>
    );
  if (!isUnfinished(factor))
    return (
      <>
        <Heading back="list">{t('activate.done', { name: factor.name })}</Heading>
        <Link className="button main" to={back.to}>
          {t('enroll.already_go', { app: factor.name })}
        </Link>
      </>
    );
  if (!enrollment || end === 'expired') {
    const again = faceOf(factor.kind).enroll?.path;
    return (
      <>
        <Heading back={back} arrive={end === 'expired'} lead={t('enroll.expired_lead')}>
          {t('enroll.expired')}
        </Heading>
        {again && (
          <Link className="button main" to={again} state={beginAtOnce}>
            {t('enroll.start_over')}
          </Link>
        )}
      </>
    );
  }
  return (
    <>
      <Heading back={back} lead={t('activate.lead')}>
        {t('activate.heading', { name: factor.name })}
      </Heading>
      <RunsOut at={enrollment.expiresAt} onEnd={() => setEnd('expired')} />
      <CheckCode
        submit="enroll.turn_on"
        hint="code.hint"
        check={(passCode) => request('activateFactor', { params: { factorId }, body: { passCode } })}
        onRight={() => setEnd('done')}
        onRefused={(error) => {
          const gone = error instanceof ApiError && over.has(error.code);
          if (gone) setEnd('expired');
          return gone;
        }}
      />
    </>
  );
}

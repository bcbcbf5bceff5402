import { useSuspenseQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { Link, useNavigate } from 'react-router';
import type { FactorDetail } from '#contract/endpoints.ts';
import { factorQueries, sessionQueries } from '../../api/queries.ts';
import { deleteFactor } from '../../api/client/delete-factor.ts';
import { autoStartOver } from './enrollment/auto-start.ts';
import { getFactorUi } from '../../components/factor/factor-ui.ts';
import type { PageProps } from '../../components/page-props.ts';
import { Button } from '../../components/ui/button.tsx';
import { Failure } from '../../components/failure/failure.tsx';
import { FrozenNotice } from '../../flows/freeze/frozen-notice.tsx';
import { Heading } from '../../components/ui/heading.tsx';
import { useNotice } from '../../components/ui/notice-provider.tsx';
import { Notice } from './notice.tsx';
import { Badge } from '../../components/ui/row.tsx';
import { FactorSummary } from '../../components/factor/factor-summary.tsx';
import { isActive, isUnfinished } from '../../api/factor-status.ts';
import { useSingleMutation } from '../../api/use-single-mutation.ts';
import { StrengthBars } from '../../components/ui/strength.tsx';
import { useMethodWords } from '../../components/factor/method-sentence.tsx';
import { useMethodName } from '../../components/factor/method-name.ts';
import { OktaSettingsLink } from '../../components/links.tsx';
import { describeUnfinished } from './unfinished.ts';
import { useTranslate } from '../../i18n/translate.tsx';
import { Rename } from './enrollment/rename.tsx';
import css from './method-page.module.css';

export default function MethodPage({ params }: PageProps): ReactElement {
  const t = useTranslate();
  const { data: detail } = useSuspenseQuery(factorQueries.detail(params['factorId'] ?? ''));
  const { data: session } = useSuspenseQuery(sessionQueries.current());
  const { factor } = detail;
  const name = useMethodName()(factor);
  const heading = (
    <Heading back="list" lead={<FactorSummary factor={factor} />}>
      {name}
    </Heading>
  );
  if (isUnfinished(factor))
    return (
      <>
        {heading}
        {session.frozen ? <FrozenNotice /> : <Unfinished detail={detail} />}
      </>
    );
  return (
    <>
      {heading}
      <Notice />
      {session.frozen && <FrozenNotice />}
      {!isActive(factor) && (
        <p className="note caution">{t(session.frozen ? 'method.not_usable_frozen' : 'method.not_usable')}</p>
      )}
      <div className="panel">
        <p className={css.strength}>
          <StrengthBars strength={factor.strength} />
          <span aria-hidden="true">{t(`factors.strength.${factor.strength}`)}</span>
        </p>
        <p className="fine">{t(`method.strength.${factor.strength}`)}</p>
      </div>
      {isActive(factor) && detail.verifications.length === 0 && <AtOkta />}
      <div className="actions">
        {detail.verifications.length > 0 && isActive(factor) && (
          <Link className="button primary" to={`/methods/${factor.id}/test`}>
            {t('method.test')}
          </Link>
        )}
        {!session.frozen && (
          <Link className="button" to={`/methods/${factor.id}/remove`}>
            {t('method.remove')}
          </Link>
        )}
      </div>
      {!session.frozen && <Rename factor={factor} />}
    </>
  );
}

function AtOkta(): ReactElement {
  const t = useTranslate();
  return (
    <p>
      {t('method.at_okta')} <OktaSettingsLink>{t('method.go_okta')}</OktaSettingsLink>
    </p>
  );
}

function Unfinished({ detail }: { detail: FactorDetail }): ReactElement {
  const { factor } = detail;
  const t = useTranslate();
  const navigate = useNavigate();
  const notice = useNotice();
  const getWords = useMethodWords();
  const dropping = useSingleMutation({
    mutationFn: () => deleteFactor(factor.id),
    meta: { closesPage: true },
    onSuccess: () => {
      notice.showOnNextPage({ id: 'method.discarded', values: getWords(factor) });
      void navigate('/');
    },
  });
  const enrollPath = getFactorUi(factor.kind).enroll?.path;
  const how = detail.enrollment?.how;
  return (
    <div className="stack">
      <p>
        <Badge tone="caution">{t('factors.list.unfinished')}</Badge>
      </p>
      <p>{t(describeUnfinished(detail))}</p>
      <div className="actions">
        {how && (
          <Link className="button primary" to={`/methods/${factor.id}/activate`}>
            {t(how === 'poll' ? 'method.continue' : 'method.enter_code')}
          </Link>
        )}
        {enrollPath && (
          <Link className={how ? 'button' : 'button primary'} to={enrollPath} state={autoStartOver}>
            {t('enroll.start_over')}
          </Link>
        )}
        <Button busy={dropping.isPending} onClick={() => dropping.mutate()}>
          {t('method.discard')}
        </Button>
      </div>
      <Failure error={dropping.error} />
    </div>
  );
}

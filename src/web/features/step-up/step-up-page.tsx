import { isPurpose, splitPurpose } from '#contract/purposes.ts';
import { useSuspenseQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { Link, useLocation, useNavigate } from 'react-router';
import { addresses, ownPath } from '#contract/endpoints.ts';
import { homeQueries } from '../../api/queries.ts';
import { getFactorVerification } from '../../components/factor/factor-verification.ts';
import { Heading } from '../../components/ui/heading.tsx';
import { StepUpPanel } from '../../flows/step-up/step-up-panel.tsx';
import type { OfferedStepUpOption } from '../../flows/step-up/use-step-up.ts';
import { isActive } from '../../api/factor-status.ts';
import { hasMessage, useTranslate } from '../../i18n/translate.tsx';

/** A failed sign-in at Okta returns here. The server checks an option's strength when the option is used. */
export default function StepUpPage(): ReactElement {
  const t = useTranslate();
  const navigate = useNavigate();
  const { search } = useLocation();
  const { data: home } = useSuspenseQuery(homeQueries.page());
  const query = new URLSearchParams(search);
  const purpose = query.get('purpose') ?? '';
  const returnTo = ownPath(query.get('returnTo'));
  if (!isPurpose(purpose))
    return (
      <>
        <Heading back="list" lead={t('step-up-page.unknown')}>
          {t('step-up-page.heading')}
        </Heading>
        <Link className="button primary" to={returnTo}>
          {t('step-up-page.again')}
        </Link>
      </>
    );
  const problem = `step-up-page.problem.${query.get('problem')}`;
  // The server would refuse options weaker than the purpose requires.
  const least = Number(query.get('strength') ?? 1);
  const active = home.factors.filter(isActive);
  const isSeveral = splitPurpose(purpose).length > 1;
  // A method that is to be removed together with others cannot prove the step-up.
  const strong = active.filter(({ id, strength }) => !(strength < least) && !(isSeveral && purpose.includes(id)));
  const options: OfferedStepUpOption[] = [
    ...strong.flatMap(({ id, kind, name, detail, strength }) => {
      const { verificationType } = getFactorVerification(kind);
      return verificationType === undefined
        ? []
        : { type: 'factor' as const, factorId: id, kind, name, detail, strength, verificationType };
    }),
    { type: 'okta', href: addresses.stepUp(purpose, returnTo) },
  ];
  return (
    <>
      <Heading back={{ to: returnTo, text: t('step-up-page.back') }} lead={t('step-up-page.lead')}>
        {t('step-up-page.heading')}
      </Heading>
      {hasMessage(problem) && (
        <p className="note caution">
          {t(problem)}
          {problem === 'step-up-page.problem.unmet' &&
            ` ${t(options.length > 1 ? 'step-up-page.stronger' : 'step-up-page.none', { weaker: active.length - strong.length })}`}
        </p>
      )}
      <StepUpPanel
        heading={null}
        requirement={{ purpose, strength: least, options }}
        here={returnTo}
        onStepUp={() => void navigate(returnTo, { replace: true })}
      />
    </>
  );
}

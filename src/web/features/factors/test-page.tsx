import { useSuspenseQuery } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import { Link } from 'react-router';
import { Verification } from '../../flows/verification/verification.tsx';
import { verificationComponents } from '../../flows/verification/verification-components.ts';
import { factorQueries } from '../../api/queries.ts';
import type { PageProps } from '../../components/page-props.ts';
import { useAttemptLimit } from '../../components/failure/attempt-limit.ts';
import { Button } from '../../components/ui/button.tsx';
import { SimulatorHint } from '../../components/ui/simulator-hint.tsx';
import { Heading } from '../../components/ui/heading.tsx';
import { isActive } from '../../api/factor-status.ts';
import { MethodSentence } from '../../components/factor/method-sentence.tsx';
import { useMethodName } from '../../components/factor/method-name.ts';
import { useReturnLink } from './enrollment/return-link.ts';
import { recordTested } from './enrollment/moves.ts';
import { useTranslate } from '../../i18n/translate.tsx';

/** A successful test gives no rights. */
export default function TestPage({ params }: PageProps): ReactElement {
  const t = useTranslate();
  const { data } = useSuspenseQuery(factorQueries.detail(params['factorId'] ?? ''));
  const { factor, verifications } = data;
  const name = useMethodName()(factor);
  const [works, setWorks] = useState(false);
  const [turn, setTurn] = useState(0);
  const { limit } = useAttemptLimit(factor.kind);
  const returnLink = useReturnLink();
  const back = returnLink === 'list' ? { to: `/methods/${factor.id}`, text: name } : returnLink;
  if (works)
    return (
      <>
        <Heading focusOnMount lead={t('test.works_lead')}>
          <MethodSentence id="test.works" factor={factor} />
        </Heading>
        <Link className="button primary" to={returnLink === 'list' ? '/' : returnLink.to}>
          {t(returnLink === 'list' ? 'enroll.done_back' : 'enroll.new_phone_back')}
        </Link>
      </>
    );
  const check = isActive(factor) ? verifications[turn % Math.max(1, verifications.length)] : undefined;
  if (!check)
    return (
      <Heading back={back} lead={t('test.cannot')}>
        <MethodSentence id="test.heading" factor={factor} />
      </Heading>
    );
  // A newer BFF may name a verification type that this page does not know: `Verification` then says so.
  const isKnown = Object.hasOwn(verificationComponents, check.verificationType);
  // While codes are blocked, a message in place of the field or button says until when, so the page has no lead.
  const isBlocked = limit && check.verificationType !== 'push' && check.verificationType !== 'key';
  const next = (): void => setTurn(turn + 1);
  return (
    <>
      <Heading back={back} lead={isKnown && !isBlocked && t(`test.lead.${check.verificationType}`)}>
        <MethodSentence id="test.heading" factor={factor} />
      </Heading>
      <div className="stack">
        <Verification
          key={check.factorId}
          verificationType={check.verificationType}
          factorId={check.factorId}
          kind={factor.kind}
          name={name}
          detail={factor.detail}
          submit={check.verificationType === 'answer' ? 'test.check_answer' : 'test.check'}
          focusOnMount={turn > 0}
          onVerified={() => {
            recordTested(factor.id);
            setWorks(true);
          }}
        />
        {verifications.length > 1 && (
          <p>
            <Button variant="text-button" onClick={next}>
              {t('test.other')}
            </Button>
          </p>
        )}
        {check.verificationType === 'code' && <SimulatorHint />}
      </div>
    </>
  );
}

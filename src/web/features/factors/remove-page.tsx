import { useSuspenseQuery } from '@tanstack/react-query';
import { type ReactElement, useEffect, useRef } from 'react';
import { Link, useLocation, useNavigate } from 'react-router';
import type { Factor, FactorDetail, Removal } from '#contract/endpoints.ts';
import { factorQueries } from '../../api/queries.ts';
import { useSingleMutation } from '../../api/use-single-mutation.ts';
import { deleteFactor } from '../../api/client/delete-factor.ts';
import { getFactorUi } from '../../components/factor/factor-ui.ts';
import type { PageProps } from '../../components/page-props.ts';
import { Button } from '../../components/ui/button.tsx';
import { Failure } from '../../components/failure/failure.tsx';
import { FrozenChange, useFrozen } from '../../flows/freeze/frozen-notice.tsx';
import { Heading } from '../../components/ui/heading.tsx';
import { Fact } from '../../components/ui/fact.tsx';
import { useNotice } from '../../components/ui/notice-provider.tsx';
import { signalRemoved } from '../../flows/verification/webauthn/signal-removed.ts';
import { StepUpPanel } from '../../flows/step-up/step-up-panel.tsx';
import { useStepUp } from '../../flows/step-up/use-step-up.ts';
import { FactorSummary } from '../../components/factor/factor-summary.tsx';
import { isUnfinished } from '../../api/factor-status.ts';
import { useFormats } from '../../i18n/format.ts';
import { MethodSentence, useMethodWords } from '../../components/factor/method-sentence.tsx';
import { useMethodName } from '../../components/factor/method-name.ts';
import { useReturnLink } from './enrollment/return-link.ts';
import { describeUnfinished } from './unfinished.ts';
import { useTranslate } from '../../i18n/translate.tsx';

type AllowedRemoval = Extract<Removal, { allowed: true }>;

export default function RemovePage({ params }: PageProps): ReactElement {
  const t = useTranslate();
  const { data: detail } = useSuspenseQuery(factorQueries.detail(params['factorId'] ?? ''));
  const { factor, removal } = detail;
  const name = useMethodName()(factor);
  const returnLink = useReturnLink();
  const back = returnLink === 'list' ? { to: `/methods/${factor.id}`, text: name } : returnLink;
  if (useFrozen())
    return (
      <FrozenChange back={back}>
        <MethodSentence id="remove.heading" factor={factor} />
      </FrozenChange>
    );
  if (isUnfinished(factor))
    return (
      <>
        <Heading back={back} lead={t(describeUnfinished(detail))}>
          <MethodSentence id="remove.heading" factor={factor} />
        </Heading>
        <Link className="button primary" to={`/methods/${factor.id}`}>
          {t('remove.see', { name })}
        </Link>
      </>
    );
  if (!removal.allowed) return <Refused factor={factor} back={back} removal={removal} />;
  return (
    <>
      <Heading back={back} lead={<FactorSummary factor={factor} />}>
        <MethodSentence id="remove.heading" factor={factor} />
      </Heading>
      <Consequences detail={detail} removal={removal} />
      <Confirm detail={detail} removal={removal} keepAt={back.to} />
    </>
  );
}

function Refused({
  factor,
  back,
  removal: { reason },
}: {
  factor: Factor;
  back: { to: string; text: string };
  removal: Extract<Removal, { allowed: false }>;
}): ReactElement {
  const t = useTranslate();
  return (
    <>
      <Heading back={back} lead={t(`remove.${reason}`)}>
        <MethodSentence id={`remove.${reason}_heading`} factor={factor} />
      </Heading>
      <div className="actions">
        {reason !== 'required_factor' && (
          <Link className="button primary" to="/add">
            {t('remove.add_first')}
          </Link>
        )}
        <Link className="button" to={back.to}>
          {t('remove.keep')}
        </Link>
      </div>
    </>
  );
}

function Consequences({ detail, removal }: { detail: FactorDetail; removal: AllowedRemoval }): ReactElement {
  const t = useTranslate();
  const formats = useFormats();
  const getName = useMethodName();
  const { factor, notifies } = detail;
  const kept = removal.keeps.map((method) =>
    t('remove.kept', { kind: method.name === null ? method.kind : 'other', what: getName(method) }),
  );
  const factorUi = getFactorUi(factor.kind);
  return (
    <section>
      <h2>{t('remove.what_happens')}</h2>
      <ul className="facts">
        <Fact icon={factorUi.icon} head={<MethodSentence id="remove.will_be_removed" factor={factor} />}>
          {t(`remove.effect.${factorUi.kind}`)}
        </Fact>
        {kept.length > 0 && (
          <Fact icon="shield" head={t('remove.keeps', { names: formats.list(kept) })}>
            {t('remove.keeps_about')}
          </Fact>
        )}
        {notifies.length > 0 && (
          <Fact icon="email" head={t('remove.notified')}>
            {t('remove.notified_at', { addresses: formats.list(notifies) })}
          </Fact>
        )}
      </ul>
    </section>
  );
}

/** The button appears after the step-up. */
function Confirm({
  detail: { factor, credential },
  removal,
  keepAt,
}: {
  detail: FactorDetail;
  removal: AllowedRemoval;
  /** The address of the link that leaves without removing. */
  keepAt: string;
}): ReactElement {
  const t = useTranslate();
  const navigate = useNavigate();
  const notice = useNotice();
  const getWords = useMethodWords();
  const returnLink = useReturnLink();
  const { search } = useLocation();
  const here = `/methods/${factor.id}/remove${returnLink === 'list' ? '' : search}`;
  const removing = useSingleMutation({
    mutationFn: async () => {
      await deleteFactor(factor.id);
      void signalRemoved(credential);
      notice.showOnNextPage({
        id: 'remove.done',
        values: getWords(factor),
        offersEnding: true,
      });
    },
    onSuccess: () => void navigate(returnLink === 'list' ? '/' : returnLink.to, { replace: true }),
    meta: { closesPage: true },
  });
  const { requirement, isRefused, isMade, failure, onStepUp } = useStepUp(removing, removal.steppedUp ? null : removal);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    // The step-up had the focus and was removed. The red button must not take the focus.
    if (isMade) heading.current?.focus();
  }, [isMade]);
  const keep = (
    <Link className="button" to={keepAt}>
      {t('remove.keep')}
    </Link>
  );
  if (requirement)
    return (
      <section>
        <StepUpPanel
          // The focus stays on the heading if the page opens with the step-up, so that screen readers start there.
          focusOnMount={isRefused}
          opened
          requirement={requirement}
          here={here}
          onStepUp={onStepUp}
        />
        <p className="actions">{keep}</p>
      </section>
    );
  return (
    <section>
      <h2 ref={heading} tabIndex={-1}>
        {t('remove.now')}
      </h2>
      <p className="fine">{t('remove.stepped_up')}</p>
      <div className="actions">
        <Button
          variant="button danger"
          busy={removing.isPending || removing.isSuccess}
          onClick={() => removing.mutate()}
        >
          <MethodSentence id="remove.act" factor={factor} />
        </Button>
        {keep}
      </div>
      <Failure error={failure} />
    </section>
  );
}

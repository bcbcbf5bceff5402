import { useQueryClient } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { ApiError } from '#contract/errors.ts';
import type { ResetAnswer } from '#contract/helpdesk.ts';
import { requestHelpdesk } from '../../../api/client/request-helpdesk.ts';
import { helpdeskQueries } from '../../../api/helpdesk-queries.ts';
import { useSingleMutation } from '../../../api/use-single-mutation.ts';
import { Button } from '../../../components/ui/button.tsx';
import { HelpdeskFailure } from '../messages/helpdesk-failure.tsx';
import { StepUpPanel } from '../../../flows/step-up/step-up-panel.tsx';
import { useStepUp } from '../../../flows/step-up/use-step-up.ts';
import { useMethodName } from '../../../components/factor/method-name.ts';
import { useTranslate } from '../../../i18n/translate.tsx';
import { Consequences } from '../reset/consequences.tsx';
import { places } from '../reset/places.ts';
import { otherOperation } from '../reset/reset-draft.ts';
import { createBody } from '../reset/use-plan.ts';
import type { ResetState } from './use-reset.ts';
import css from './summary.module.css';

/**
 * Always visible: the server's plan, what is missing, and the confirmation. On narrow pages only the last part stays
 * visible.
 */
export function ResetSummary({
  reset,
  onDone,
}: {
  reset: ResetState;
  onDone: (answer: ResetAnswer) => void;
}): ReactElement {
  const t = useTranslate();
  const client = useQueryClient();
  const { found, draft, plan } = reset;
  const { operation } = draft;
  const { person } = found;
  const resetting = useSingleMutation({
    mutationFn: async () => {
      const params = { userId: person.id };
      const { factorIds = [], ...body } = createBody(draft);
      if (operation !== 'reset') onDone(await requestHelpdesk(operation, { params, body }));
      else onDone(await requestHelpdesk('resetMethods', { params, body: { ...body, factorIds } }));
    },
    onError: (error) => {
      void client.invalidateQueries(helpdeskQueries.person(person.id));
      if (error instanceof ApiError && error.code === 'caller_verification_required') reset.dropVerification();
    },
  });
  const stepUp = useStepUp(resetting, plan.effects?.stepUp ?? null);
  const isReady = plan.isCurrent && plan.missing.length === 0 && plan.obstacles.length === 0;
  const { requirement } = stepUp;
  const stepsUp = isReady && requirement !== null;
  return (
    <section className={css.summary} aria-labelledby="summary">
      <div className={css.about}>
        <h2 id="summary">{t(`helpdesk-person.step_confirm_${operation}`)}</h2>
        {plan.effects && !plan.missing.includes('selected') && <Consequences found={found} plan={plan.effects} />}
        {stepsUp && (
          <section className={css.own} id={places.nothing} tabIndex={-1}>
            <h3>{t('helpdesk.verify_self')}</h3>
            <StepUpPanel
              heading={null}
              opened
              requirement={requirement}
              here={`/helpdesk/people/${person.id}`}
              onStepUp={stepUp.onStepUp}
            />
          </section>
        )}
      </div>
      <div className={stepsUp ? `${css.action} ${css.elsewhere}` : css.action}>
        {!isReady && <Missing reset={reset} />}
        {stepsUp && (
          <a className="button" href={`#${places.nothing}`}>
            {t('helpdesk.verify_self')}
          </a>
        )}
        {isReady && !stepsUp && (
          <div className="actions" id={places.nothing}>
            <Button
              variant="button danger"
              focusOnMount={stepUp.isMade}
              busy={resetting.isPending || resetting.isSuccess}
              onClick={() => resetting.mutate()}
            >
              <ResetButtonLabel reset={reset} />
            </Button>
          </div>
        )}
        <HelpdeskFailure error={stepUp.failure} />
      </div>
    </section>
  );
}

function Missing({ reset: { found, plan } }: { reset: ResetState }): ReactElement {
  const t = useTranslate();
  const { obstacles, isCurrent, error } = plan;
  const isHopeless = found.callerVerificationOptions.length === 0 && !found.unverifiedAllowed;
  const missing = plan.missing.filter((what) => what !== 'caller' || !isHopeless);
  return (
    <>
      {missing.length > 0 && (
        <>
          <p className="strong">{t('helpdesk-reset.missing')}</p>
          <ul className={css.missing}>
            {missing.map((what) => (
              <li key={what}>
                <a href={`#${places[what]}`}>
                  {t(`helpdesk-reset.missing_${what}`, { instead: otherOperation(found) ?? 'no' })}
                </a>
              </li>
            ))}
          </ul>
        </>
      )}
      {obstacles.map((one) => (
        <HelpdeskFailure key={`${one.code} ${one.details.rule}`} error={one} />
      ))}
      {!isCurrent && !error && <p className="fine">{t('helpdesk-reset.planning')}</p>}
      <HelpdeskFailure error={error} />
    </>
  );
}

function ResetButtonLabel({ reset: { found, draft, plan } }: { reset: ResetState }): ReactElement {
  const t = useTranslate();
  const getMethodName = useMethodName();
  const { approvalReasons = [], removed = [] } = plan.effects ?? {};
  const [first] = found.factors.filter(({ id }) => removed[0]?.factorId === id);
  const values = { count: removed.length, name: first ? getMethodName(first) : '' };
  if (approvalReasons.length > 0) return <>{t('helpdesk-reset.ask_approver')}</>;
  if (draft.operation !== 'reset') return <>{t(`helpdesk-reset.${draft.operation}`)}</>;
  return <>{t(removed.length === 0 ? 'helpdesk-reset.new_code' : 'helpdesk-reset.reset', values)}</>;
}

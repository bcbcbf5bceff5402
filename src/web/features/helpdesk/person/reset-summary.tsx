import type { ReactElement } from 'react';
import { ApiError } from '#contract/errors.ts';
import type { ResetAnswer } from '#contract/helpdesk.ts';
import { requestHelpdesk } from '../../../api/client/request-helpdesk.ts';
import { useSingleMutation } from '../../../api/use-single-mutation.ts';
import { Button } from '../../../components/ui/button.tsx';
import { Countdown } from '../../../components/ui/countdown.tsx';
import { HelpdeskFailure } from '../messages/helpdesk-failure.tsx';
import { StepUpPanel } from '../../../flows/step-up/step-up-panel.tsx';
import { useStepUp } from '../../../flows/step-up/use-step-up.ts';
import { useMethodName } from '../../../components/factor/method-name.ts';
import { type MessageId, Trans, useTranslate } from '../../../i18n/translate.tsx';
import { Consequences } from '../reset/consequences.tsx';
import { places, type ResetView } from '../reset/reset-view.ts';
import type { ResetState } from './use-reset.ts';
import css from './summary.module.css';

const headings: Record<ResetView['operation'], MessageId> = {
  reset: 'helpdesk-person.step_confirm',
  unfreeze: 'helpdesk-person.step_confirm_frozen',
  unlock: 'helpdesk-person.step_confirm_locked',
};

/**
 * What the agent is about to do, in view all the time: for whom, how long the caller is verified, what the reset does,
 * and what is missing. Then the agent steps up if required, and confirms. On narrow pages only the last part stays.
 */
export function ResetSummary({
  reset,
  onTicket,
  onDone,
}: {
  reset: ResetState;
  /** Called when the server refused the ticket. */
  onTicket: () => void;
  onDone: (answer: ResetAnswer) => void;
}): ReactElement {
  const t = useTranslate();
  const { found, view } = reset;
  const { missing, body, operation } = view;
  const { person } = found;
  const resetting = useSingleMutation({
    mutationFn: async (rest: NonNullable<ResetView['body']>) => {
      const params = { userId: person.id };
      if (operation !== 'reset') onDone(await requestHelpdesk(operation, { params, body: rest }));
      else onDone(await requestHelpdesk('resetMethods', { params, body: { factorIds: [], ...rest } }));
    },
    onError: (error) => {
      if (!(error instanceof ApiError)) return;
      if (error.code === 'ticket_required') onTicket();
      if (error.code === 'caller_verification_required') reset.dropVerification();
    },
  });
  const isReady = missing.length === 0 && body !== undefined;
  const { requirement, isMade, failure, onStepUp } = useStepUp(resetting, found.stepUp);
  const stepsUp = isReady && requirement !== null;
  return (
    <section className={css.summary} aria-labelledby="summary">
      <div className={css.about}>
        <h2 id="summary">{t(headings[operation])}</h2>
        <p className={css.person}>
          <span className="strong">{person.name}</span> <span className="fine">{person.login}</span>
        </p>
        <CallerLine reset={reset} />
        {view.does && <Consequences found={found} view={view} />}
        {stepsUp && (
          <section className={css.own} id={places.nothing} tabIndex={-1}>
            <h3>{t('helpdesk.verify_self')}</h3>
            <StepUpPanel
              heading={null}
              opened
              requirement={requirement}
              here={`/helpdesk/people/${person.id}`}
              onStepUp={onStepUp}
            />
          </section>
        )}
      </div>
      <div className={stepsUp ? `${css.action} ${css.elsewhere}` : css.action}>
        {!isReady && (
          <>
            <p className="strong">{t('helpdesk-reset.missing')}</p>
            <ul className={css.missing}>
              {missing.map((what) => (
                <li key={what}>
                  <a href={`#${places[what]}`}>{t(`helpdesk-reset.missing_${what}`)}</a>
                </li>
              ))}
            </ul>
          </>
        )}
        {stepsUp && (
          <a className="button" href={`#${places.nothing}`}>
            {t('helpdesk.verify_self')}
          </a>
        )}
        {isReady && !stepsUp && (
          <div className="actions" id={places.nothing}>
            <Button
              variant="button danger"
              focusOnMount={isMade}
              busy={resetting.isPending || resetting.isSuccess}
              onClick={() => resetting.mutate(body)}
            >
              <ResetButtonLabel view={view} />
            </Button>
          </div>
        )}
        <HelpdeskFailure error={failure} />
      </div>
    </section>
  );
}

/** Whether the caller is verified, and for how long. */
function CallerLine({ reset: { caller, draft, view } }: { reset: ResetState }): ReactElement {
  const t = useTranslate();
  return (
    <p>
      {view.verified && caller.verification ? (
        <Trans
          id="helpdesk-reset.caller_verified"
          values={{ left: <Countdown until={caller.verification.expiresAt} /> }}
        />
      ) : (
        t(draft.unverified ? 'helpdesk-reset.caller_unverified' : 'helpdesk-reset.caller_open')
      )}
    </p>
  );
}

/** The button's label: what the reset does. */
function ResetButtonLabel({ view: { removed, needsApproval, operation } }: { view: ResetView }): ReactElement {
  const t = useTranslate();
  const nameOf = useMethodName();
  const about = { count: removed.length, name: removed[0] ? nameOf(removed[0]) : '' };
  if (needsApproval) return <>{t('helpdesk-reset.ask_approver')}</>;
  if (operation !== 'reset')
    return <>{t(operation === 'unlock' ? 'helpdesk-reset.unlock' : 'helpdesk-reset.unfreeze')}</>;
  return <>{t(removed.length === 0 ? 'helpdesk-reset.new_code' : 'helpdesk-reset.reset', about)}</>;
}

import { type ComponentType, Fragment, type ReactElement } from 'react';
import type { EnrollBody, Factor } from '#contract/endpoints.ts';
import { ApiError } from '#contract/errors.ts';
import { Button } from '../../../components/ui/button.tsx';
import { Failure } from '../../../components/failure/failure.tsx';
import { FrozenNotice, useFrozen } from '../../../components/factor/frozen-notice.tsx';
import { Heading } from '../../../components/ui/heading.tsx';
import { StepUpPanel } from '../../step-up/step-up-panel.tsx';
import { useTranslate } from '../../../i18n/translate.tsx';
import { RecoveryCodeStep } from './recovery-code-step.tsx';
import { AlreadyEnrolled, Done } from './enrollment-result.tsx';
import type { Enrollment } from './enroll-flow.ts';
import { ExpiryWarning } from './expiry-warning.tsx';
import type { EnrollMessages, StartProps, StepProps, Steps } from './steps.ts';
import { type Enrolling, useEnrolling } from './use-enrolling.ts';

/**
 * Adds a method. Each kind gives its texts, its start and the step that activates it.
 * @param usual input of a kind that asks nothing first: with it, “Add” starts the enrollment at once.
 * @param choices inputs of a kind that asks only for a choice; the choice survives a step-up at Okta.
 */
export function EnrollScreen({
  path,
  messages,
  usual,
  choices,
  start: Start,
  steps,
  more: More,
}: {
  path: string;
  messages: EnrollMessages;
  usual?: EnrollBody;
  choices?: readonly EnrollBody[];
  start: ComponentType<StartProps>;
  steps: Steps;
  /** What the user can do once it is on. */
  more?: ComponentType<{ factor: Factor }>;
}): ReactElement {
  const t = useTranslate();
  const flow = useEnrolling(usual, choices);
  const { state } = flow;
  if (useFrozen())
    return (
      <>
        <Heading back="list">{t(messages.title)}</Heading>
        <FrozenNotice />
      </>
    );
  switch (state.at) {
    case 'coding':
      return (
        <RecoveryCodeStep key="coding" title={t(messages.title)} why={state.why} busy={false} onCode={flow.withCode} />
      );
    case 'ready':
    case 'starting':
    case 'failed':
      // The code is being sent: keep the field.
      if (state.at === 'starting' && flow.wish()?.recoveryCode !== undefined)
        return <RecoveryCodeStep key="coding" title={t(messages.title)} why={null} busy onCode={flow.withCode} />;
      return (
        <>
          <Heading back="list" lead={t(messages.lead)}>
            {t(messages.title)}
          </Heading>
          <Start
            begin={flow.begin}
            busy={state.at === 'starting'}
            error={state.at === 'failed' ? state.error : undefined}
            wish={flow.wish()}
          />
        </>
      );
    case 'proving':
      return (
        <Fragment key="proving">
          <Heading back="list" focusOnMount lead={t('enroll.step_up_lead')}>
            {t(messages.title)}
          </Heading>
          <h2>{t('step-up.first')}</h2>
          <StepUpPanel
            requirement={state.requirement}
            here={path}
            resumeAction={flow.resumeAction()}
            onStepUp={flow.again}
          />
        </Fragment>
      );
    case 'done':
      return (
        <Done more={More && <More factor={state.factor} />}>
          {messages.doneAs && state.factor.detail !== null
            ? t(messages.doneAs, { detail: state.factor.detail })
            : t(messages.done)}
        </Done>
      );
    case 'expired':
      return (
        <Fragment key="expired">
          <Heading back="list" focusOnMount lead={t(messages.expired)}>
            {t('enroll.expired')}
          </Heading>
          <Button variant="button primary" onClick={flow.again}>
            {t('enroll.start_over')}
          </Button>
        </Fragment>
      );
    case 'already':
      return (
        <AlreadyEnrolled
          factorId={state.factorId}
          app={t(messages.app)}
          lead={t(messages.alreadyLead ?? 'enroll.already_lead')}
        >
          {t(messages.already)}
        </AlreadyEnrolled>
      );
    case 'cancelled':
      return (
        <Fragment key="cancelled">
          <Heading focusOnMount lead={t('enroll.cancelling')}>
            {t(messages.title)}
          </Heading>
        </Fragment>
      );
    default:
      return <Open key="open" flow={flow} enrollment={state.enrollment} messages={messages} steps={steps} />;
  }
}

function Open({
  flow,
  enrollment: { factor, activation },
  messages,
  steps,
}: {
  flow: Enrolling;
  enrollment: Enrollment;
  messages: EnrollMessages;
  steps: Steps;
}): ReactElement {
  const t = useTranslate();
  // TypeScript cannot relate a step to its type through a lookup.
  const Step = steps[activation.how] as ComponentType<StepProps> | undefined;
  return (
    <>
      <Heading back="list" focusOnMount lead={t(messages.stepLead ?? messages.lead)}>
        {t(messages.title)}
      </Heading>
      <ExpiryWarning at={activation.expiresAt} onEnd={flow.step.onExpired} />
      {Step ? (
        <Step factor={factor} activation={activation} {...flow.step} />
      ) : (
        <Failure error={new ApiError('org_error')} />
      )}
    </>
  );
}

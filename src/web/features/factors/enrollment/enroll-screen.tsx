import { useQuery } from '@tanstack/react-query';
import { type ComponentType, Fragment, type ReactElement, useState } from 'react';
import type { EnrollBody, Factor } from '#contract/endpoints.ts';
import { useLocation } from 'react-router';
import { ApiError } from '#contract/errors.ts';
import { homeQueries } from '../../../api/queries.ts';
import { Button } from '../../../components/ui/button.tsx';
import { Failure } from '../../../components/failure/failure.tsx';
import { FrozenNotice, useFrozen } from '../../../components/factor/frozen-notice.tsx';
import { Heading } from '../../../components/ui/heading.tsx';
import { StepUpPanel } from '../../../flows/step-up/step-up-panel.tsx';
import { useTranslate } from '../../../i18n/translate.tsx';
import { RecoveryCodeStep } from './recovery-code-step.tsx';
import { ReplaceEffect } from './replace-effect.tsx';
import { fromPlan, isMoving, useReplaces, useReturnLink } from './return-link.ts';
import { AlreadyEnrolled, Done, OpenElsewhere } from './enrollment-result.tsx';
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
  afterwards: Afterwards,
}: {
  path: string;
  messages: EnrollMessages;
  usual?: EnrollBody;
  choices?: readonly EnrollBody[];
  start: ComponentType<StartProps>;
  steps: Steps;
  /** What the user can do once it is on. */
  more?: ComponentType<{ factor: Factor }>;
  /** What the page does once it replaced another method. */
  afterwards?: ComponentType<{ replaced: string }>;
}): ReactElement {
  const t = useTranslate();
  const given = useReplaces();
  const replaces = messages.replaces ? given : undefined;
  const { data: home } = useQuery({ ...homeQueries.page(), enabled: replaces !== undefined });
  const flow = useEnrolling(usual, choices, replaces);
  const [steppedUp, setSteppedUp] = useState(false);
  const { state } = flow;
  const back = useReturnLink();
  const { search } = useLocation();
  // The plan leads here without the old one where that is gone already.
  const title =
    messages.replaces && isMoving(search)
      ? t(messages.replaceTitle ?? 'enroll.replace_title', { name: t(messages.app) })
      : t(messages.title);
  if (useFrozen())
    return (
      <>
        <Heading back={back}>{title}</Heading>
        <FrozenNotice />
      </>
    );
  switch (state.at) {
    case 'recovery-code':
      return (
        <RecoveryCodeStep key="coding" title={t(messages.title)} why={state.why} busy={false} onCode={flow.withCode} />
      );
    case 'ready':
    case 'starting':
    case 'failed':
      // The code is being sent: keep the field.
      if (state.at === 'starting' && flow.input()?.recoveryCode !== undefined)
        return <RecoveryCodeStep key="coding" title={t(messages.title)} why={null} busy onCode={flow.withCode} />;
      return (
        <>
          {/* After a step-up this page appears in its place. */}
          <Heading back={back} focusOnMount={steppedUp} lead={t(messages.lead)}>
            {title}
          </Heading>
          {replaces && messages.replaces && (
            <ReplaceEffect
              what={messages.replaces}
              replaced={replaces}
              isOff={home !== undefined && !home.factors.some(({ id }) => id === replaces)}
              error={state.at === 'failed' ? state.error : undefined}
            />
          )}
          <Start
            begin={flow.begin}
            busy={state.at === 'starting'}
            error={state.at === 'failed' ? state.error : undefined}
            input={flow.input()}
          />
        </>
      );
    case 'step-up':
      return (
        <Fragment key="proving">
          <Heading back={back} focusOnMount lead={t('enroll.step_up_lead')}>
            {title}
          </Heading>
          <StepUpPanel
            requirement={state.requirement}
            here={replaces ? `${path}?replaces=${replaces}` : back === 'list' ? path : path + fromPlan}
            resumeAction={flow.resumeAction()}
            onStepUp={() => {
              setSteppedUp(true);
              flow.again();
            }}
          />
        </Fragment>
      );
    case 'done':
      return (
        <Done
          more={
            <>
              {More && <More factor={state.factor} />}
              {Afterwards && replaces && <Afterwards replaced={replaces} />}
              {replaces && messages.replaces === 'app' && <p className="strong">{t('enroll.replaced_delete')}</p>}
            </>
          }
        >
          {messages.doneAs && state.factor.detail !== null
            ? t(messages.doneAs, { detail: state.factor.detail })
            : t(messages.done)}
        </Done>
      );
    case 'expired':
      return (
        <Fragment key="expired">
          <Heading back={back} focusOnMount lead={t(messages.expired)}>
            {t('enroll.expired')}
          </Heading>
          <Button variant="button primary" onClick={flow.again}>
            {t('enroll.start_over')}
          </Button>
        </Fragment>
      );
    case 'elsewhere':
      return <OpenElsewhere title={title} factorId={state.factorId} onStartOver={flow.startOver} />;
    case 'already':
      return (
        <AlreadyEnrolled
          factorId={state.factorId}
          app={t(messages.app)}
          lead={t(messages.alreadyLead ?? 'enroll.already_lead')}
          moves={messages.replaces !== undefined}
        >
          {t(messages.already)}
        </AlreadyEnrolled>
      );
    case 'cancelled':
      return (
        <Fragment key="cancelled">
          <Heading focusOnMount lead={t('enroll.cancelling')}>
            {title}
          </Heading>
        </Fragment>
      );
    default:
      return (
        <Open key="open" flow={flow} enrollment={state.enrollment} title={title} messages={messages} steps={steps} />
      );
  }
}

function Open({
  flow,
  enrollment: { factor, activation, start },
  title,
  messages,
  steps,
}: {
  flow: Enrolling;
  enrollment: Enrollment;
  title: string;
  messages: EnrollMessages;
  steps: Steps;
}): ReactElement {
  const t = useTranslate();
  // TypeScript cannot relate a step to its type through a lookup.
  const Step = steps[activation.how] as ComponentType<StepProps> | undefined;
  return (
    <>
      <Heading back={useReturnLink()} focusOnMount lead={t(messages.stepLead ?? messages.lead)}>
        {title}
      </Heading>
      <ExpiryWarning at={activation.expiresAt} onEnd={flow.step.onExpired} />
      {Step ? (
        <Step factor={factor} start={start} input={flow.input()} activation={activation} {...flow.step} />
      ) : (
        <Failure error={new ApiError('org_error')} />
      )}
    </>
  );
}

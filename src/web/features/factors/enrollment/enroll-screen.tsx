import { useQueryClient } from '@tanstack/react-query';
import { type ComponentType, Fragment, type ReactElement } from 'react';
import type { EnrollBody, Factor } from '#contract/endpoints.ts';
import { useLocation } from 'react-router';
import { ApiError } from '#contract/errors.ts';
import { factorQueries } from '../../../api/queries.ts';
import AttemptLimitFailure from '../../../components/failure/attempt-limit-failure.tsx';
import { useAttemptLimit } from '../../../components/failure/attempt-limit.ts';
import { getFactorUi } from '../../../components/factor/factor-ui.ts';
import { Button } from '../../../components/ui/button.tsx';
import { Failure } from '../../../components/failure/failure.tsx';
import { FrozenChange, useFrozen } from '../../../flows/freeze/frozen-notice.tsx';
import { Heading } from '../../../components/ui/heading.tsx';
import { StepUpPanel } from '../../../flows/step-up/step-up-panel.tsx';
import type { StepUpRequirement } from '../../../flows/step-up/use-step-up.ts';
import { useTranslate } from '../../../i18n/translate.tsx';
import { RecoveryCodeStep } from './recovery-code-step.tsx';
import { ReplaceEffect } from './replace-effect.tsx';
import { fromNewPhone, isMoving, useReplaces, useReturnLink } from './return-link.ts';
import { AlreadyEnrolled, Done, OpenElsewhere } from './enrollment-result.tsx';
import type { Enrollment } from './enroll-flow.ts';
import { ExpiryWarning } from './expiry-warning.tsx';
import type { EnrollMessages, StartProps, StepProps, Steps } from './steps.ts';
import { type EnrollmentFlow, useEnrollment } from './use-enrollment.ts';

/**
 * `usual`: the input if the kind has no form before the start. `choices`: the possible inputs if the kind only asks for
 * a choice, which survives a step-up at Okta.
 */
export function EnrollScreen({ usual, choices, ...props }: KindProps & EnrollInputs): ReactElement {
  const t = useTranslate();
  const { kind, messages } = props;
  const { name, enroll } = getFactorUi(kind);
  const app = t(name);
  const replacedId = useReplaces();
  const replaces = messages.replaces ? replacedId : undefined;
  const isFrozen = useFrozen();
  const obstacle = useObstacle(props);
  const flow = useEnrollment(isFrozen || obstacle ? undefined : usual, choices, replaces);
  const { state } = flow;
  const back = useReturnLink();
  const { search } = useLocation();
  // If the old method has already been removed, the new-phone page links here without `replaces`.
  const title = t((isMoving(search) && enroll?.replaceTitle) || enroll!.title, { name: app });
  if (isFrozen) return <FrozenChange back={back}>{title}</FrozenChange>;
  // While a recovery code is being sent, its field stays on the page.
  if (state.at === 'recovery-code' || (state.at === 'starting' && state.input?.recoveryCode !== undefined))
    return (
      <RecoveryCodeStep
        title={t(enroll!.title)}
        why={state.at === 'starting' ? null : state.why}
        busy={state.at === 'starting'}
        onCode={flow.submitRecoveryCode}
      />
    );
  const screen = { ...props, obstacle, flow, title, replaces, asks: choices !== undefined };
  switch (state.at) {
    case 'ready':
    case 'starting':
    case 'failed':
      return <Ready {...screen} />;
    case 'step-up':
      return <StepUp {...screen} requirement={state.requirement} />;
    case 'done':
      return <On {...screen} factor={state.factor} />;
    case 'expired':
    case 'gone':
      return (
        <Fragment key={state.at}>
          <Heading back={back} focusOnMount lead={t(state.at === 'gone' ? 'enroll.gone_lead' : messages.expired)}>
            {t(`enroll.${state.at}`)}
          </Heading>
          <Button variant="button primary" onClick={flow.startAgain}>
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
          app={app}
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
      return <Open {...screen} enrollment={state.enrollment} />;
  }
}

/** Why the server would refuse the new method or its code, as far as the fetched data says. */
function useObstacle({ kind, steps }: KindProps): ReactElement | undefined {
  const catalog = useQueryClient().getQueryData(factorQueries.catalog().queryKey);
  const { limit, end } = useAttemptLimit(kind);
  if (catalog?.factors.every((one) => one.kind !== kind)) return <Failure error={new ApiError('forbidden')} />;
  const needsCode = 'code' in steps || ('secret' in steps && !('poll' in steps));
  return limit && needsCode ? <AttemptLimitFailure attemptLimit={limit} onEnd={end} /> : undefined;
}

type EnrollInputs = { usual?: EnrollBody; choices?: readonly EnrollBody[] };

type KindProps = {
  kind: EnrollBody['kind'];
  messages: EnrollMessages;
  start: ComponentType<StartProps>;
  steps: Steps;
  /** What the person can do after the activation. */
  more?: ComponentType<{ factor: Factor }>;
  /** Shown after the new method has replaced another method. */
  afterwards?: ComponentType<{ replaced: string }>;
};

type ScreenProps = KindProps & {
  flow: EnrollmentFlow;
  title: string;
  replaces: string | undefined;
  obstacle: ReactElement | undefined;
  /** The start screen asks for a choice. */
  asks: boolean;
};

function Ready({ flow, title, messages, replaces, obstacle, start: Start }: ScreenProps): ReactElement {
  const t = useTranslate();
  const { state, begin } = flow;
  const error = state.at === 'failed' ? state.error : undefined;
  return (
    <>
      {/* After a step-up the heading takes the focus, because the step-up panel that had it was removed. */}
      <Heading back={useReturnLink()} focusOnMount={state.hasSteppedUp} lead={!obstacle && t(messages.lead)}>
        {title}
      </Heading>
      {replaces && messages.replaces && <ReplaceEffect what={messages.replaces} replaced={replaces} error={error} />}
      {obstacle ?? <Start begin={begin} busy={state.at === 'starting'} error={error} input={state.input} />}
    </>
  );
}

function StepUp({
  flow,
  title,
  kind,
  messages,
  asks,
  replaces,
  requirement,
}: ScreenProps & { requirement: StepUpRequirement }): ReactElement {
  const t = useTranslate();
  const back = useReturnLink();
  const path = `/add/${kind}`;
  return (
    <>
      <Heading back={back} focusOnMount lead={t('enroll.step_up_lead')}>
        {title}
      </Heading>
      {replaces && messages.replaces && <ReplaceEffect what={messages.replaces} replaced={replaces} />}
      {asks && (
        <p>
          <Button variant="text-button" onClick={flow.chooseAgain}>
            {t('enroll.choose_again')}
          </Button>
        </p>
      )}
      <StepUpPanel
        requirement={requirement}
        here={replaces ? `${path}?replaces=${replaces}` : back === 'list' ? path : path + fromNewPhone}
        resumeAction={flow.resumeAction}
        onStepUp={flow.startAgain}
      />
    </>
  );
}

function On({
  messages,
  replaces,
  factor,
  more: More,
  afterwards: Afterwards,
}: ScreenProps & { factor: Factor }): ReactElement {
  const t = useTranslate();
  return (
    <Done
      more={
        <>
          {More && <More factor={factor} />}
          {Afterwards && replaces && <Afterwards replaced={replaces} />}
          {replaces && messages.replaces === 'app' && <p className="strong">{t('enroll.replaced_delete')}</p>}
        </>
      }
    >
      {messages.doneAs && factor.detail !== null ? t(messages.doneAs, { detail: factor.detail }) : t(messages.done)}
    </Done>
  );
}

function Open({
  flow,
  title,
  messages,
  steps,
  enrollment: { factor, activation, start },
}: ScreenProps & { enrollment: Enrollment }): ReactElement {
  const t = useTranslate();
  // TypeScript cannot connect a step with its activation type through a lookup.
  const Step = steps[activation.how] as ComponentType<StepProps> | undefined;
  return (
    <>
      <Heading back={useReturnLink()} focusOnMount lead={t(messages.stepLead ?? messages.lead)}>
        {title}
      </Heading>
      <ExpiryWarning at={activation.expiresAt} onEnd={flow.step.onExpired} />
      {Step ? (
        <Step factor={factor} start={start} input={flow.state.input} activation={activation} {...flow.step} />
      ) : (
        <Failure error={new ApiError('org_error')} />
      )}
    </>
  );
}

import { type ReactElement, type ReactNode, useState } from 'react';
import { Link } from 'react-router';
import type { FactorKind } from '#contract/kinds.ts';
import { Verification } from '../verification/verification.tsx';
import type { VerificationProps } from '../verification/verification-components.ts';
import { useSuggestions } from './stolen-phone.ts';
import type { OfferedStepUpOption, StepUpRequirement } from './use-step-up.ts';
import { saveInterruptedAction } from './interrupted-action.ts';
import { getFactorUi } from '../../components/factor/factor-ui.ts';
import { getFactorVerification } from '../../components/factor/factor-verification.ts';
import { useMethodName } from '../../components/factor/method-name.ts';
import { useTranslate, type MessageId } from '../../i18n/translate.tsx';
import { Button } from '../../components/ui/button.tsx';
import { useAnnounce } from '../../components/ui/announcer.tsx';
import { takeFocus } from '../../components/ui/heading.tsx';
import { withReturnTo } from '../../components/failure/attempt-limit.ts';
import { Chevron, RowBody } from '../../components/ui/row.tsx';
import { DOT } from '../../components/dot.ts';

type MethodOption = Extract<OfferedStepUpOption, { type: 'factor' }>;

/** The options, strongest first. A sign-in at Okta returns to this page. */
export function StepUpPanel({
  requirement: { purpose, strength, options },
  here,
  resumeAction,
  opened = false,
  focusOnMount = false,
  heading = { is: 'h2', text: 'step-up.first' },
  isMain = true,
  onStepUp,
}: {
  requirement: StepUpRequirement;
  /** Opens the best option first. A single option always opens. */
  opened?: boolean;
  /** For a panel that replaces the focused element. */
  focusOnMount?: boolean;
  /** Null: the page has its own heading. */
  heading?: { is: 'h2' | 'h3'; text: MessageId } | null;
  /** The step-up's button is the page's primary button. */
  isMain?: boolean;
  /** Path and query. */
  here: string;
  /** Resumed after a sign-in at Okta. */
  resumeAction?: string;
  onStepUp: () => void;
}): ReactElement {
  const t = useTranslate();
  const { order, suggests, getVariant } = useSuggestions(here, isMain);
  const methods = order(options.filter((option) => option.type === 'factor'));
  const okta = options.find((option) => option.type === 'okta');
  // A single option opens immediately, but does not yet send a message, call or ask for a key.
  const isOnly = methods.length === 1;
  const best = opened ? methods.find(({ factorId }) => suggests(factorId)) : undefined;
  const [isAlone, setAlone] = useState(best !== undefined);
  const [chosen, setChosen] = useState<string>();
  const chooseAnother = (): void => {
    setAlone(false);
    setChosen(undefined);
  };
  const drawVerification = (option: MethodOption, takesFocus: boolean): ReactElement => {
    const codes = findCodes(methods, option.kind);
    return (
      <MethodVerification
        key={option.factorId}
        option={option}
        purpose={purpose}
        variant={getVariant(option.factorId)}
        focusOnMount={takesFocus}
        pressed={chosen === option.factorId}
        onStepUp={onStepUp}
        onChooseAnother={isOnly || isAlone ? undefined : chooseAnother}
        onUseCode={codes && (() => setChosen(codes.factorId))}
      />
    );
  };
  const title = heading && (
    <heading.is ref={focusOnMount && !best && !isOnly ? takeFocus : null} tabIndex={-1}>
      {t(heading.text)}
    </heading.is>
  );
  if (isAlone && best)
    return (
      <>
        {title}
        <MethodLine option={best} />
        {drawVerification(best, focusOnMount)}
        {isOnly && !okta ? (
          <Cannot />
        ) : (
          <Button variant="text-button" onClick={() => setAlone(false)}>
            {t('verification.code.another_way')}
          </Button>
        )}
      </>
    );
  return (
    <>
      {title}
      <ul className="rows">
        {methods.map((option, index) => {
          const isOpen = isOnly || chosen === option.factorId;
          return (
            <MethodRow
              key={option.factorId}
              option={option}
              others={methods.filter((other) => other !== option)}
              isOpen={isOpen}
              variant={index === 0 && chosen === undefined ? getVariant(option.factorId) : 'button'}
              // Takes the focus, because the list replaces the button “another way” that the person pressed.
              focusOnMount={index === 0 && best !== undefined}
              onToggle={() => setChosen(isOpen ? undefined : option.factorId)}
            >
              {isOpen && drawVerification(option, !isOnly || focusOnMount || best !== undefined)}
            </MethodRow>
          );
        })}
        {okta && <OktaRow href={withReturnTo(okta.href, here)} strength={strength} resumeAction={resumeAction} />}
      </ul>
      <Cannot />
    </>
  );
}

function Cannot(): ReactElement {
  return (
    <p>
      <Link className="text-button" to="/get-help">
        {useTranslate()('get-help.title')}
      </Link>
    </p>
  );
}

function MethodLine({ option }: { option: MethodOption }): ReactElement {
  const { detail } = option;
  return (
    <p>
      {useMethodName()(option)}
      {detail !== null && DOT}
      <span className="as-is">{detail}</span>
    </p>
  );
}

/** Codes of the same app are preferred, because the person has the app. */
const findCodes = (methods: readonly MethodOption[], kind: FactorKind): MethodOption | undefined =>
  methods
    .filter(({ verificationType }) => verificationType === 'code')
    .toSorted((one, other) => Number(other.kind === kind) - Number(one.kind === kind))[0];

function MethodVerification({
  option,
  onStepUp,
  ...props
}: {
  option: MethodOption;
  onStepUp: () => void;
} & Pick<
  VerificationProps,
  'purpose' | 'variant' | 'focusOnMount' | 'pressed' | 'onChooseAnother' | 'onUseCode'
>): ReactElement {
  const t = useTranslate();
  const announce = useAnnounce();
  return (
    <Verification
      {...props}
      verificationType={option.verificationType}
      factorId={option.factorId}
      kind={option.kind}
      name={useMethodName()(option)}
      detail={option.detail}
      submit="step-up.confirm"
      onVerified={() => {
        announce(t('step-up.done'));
        onStepUp();
      }}
    />
  );
}

/** If `others` is empty, the row has no button. */
function MethodRow({
  option,
  others,
  isOpen,
  variant,
  focusOnMount,
  onToggle,
  children,
}: {
  option: MethodOption;
  others: readonly MethodOption[];
  isOpen: boolean;
  variant: string;
  focusOnMount: boolean;
  onToggle: () => void;
  children: ReactNode;
}): ReactElement {
  const t = useTranslate();
  const getName = useMethodName();
  const name = getName(option);
  const factorUi = getFactorUi(option.kind);
  // A method with two verification types has two rows. The type tells these rows apart.
  const namesakes = others.filter((other) => getName(other) === name);
  const hasTwin = namesakes.some(({ detail }) => detail === option.detail);
  const description =
    hasTwin && option.verificationType
      ? t(`factors.prompt.${option.verificationType}`)
      : (option.detail ?? t(getFactorVerification(option.kind).prompt));
  return (
    <li>
      <div className="row">
        <RowBody
          icon={factorUi.icon}
          name={name}
          strength={option.strength}
          end={
            others.length > 0 && (
              <Button
                variant={`row-action ${variant}`}
                expanded={isOpen}
                focusOnMount={focusOnMount}
                onClick={onToggle}
              >
                <span className="row-action-label">{t('step-up.use')}</span>
                <span className="visually-hidden">
                  {' '}
                  {name}
                  {namesakes.length > 0 && `: ${description}`}
                </span>
                <Chevron />
              </Button>
            )
          }
        >
          {description === option.detail ? <span className="as-is">{description}</span> : description}
        </RowBody>
      </div>
      {children && <div className="row-more">{children}</div>}
    </li>
  );
}

function OktaRow({
  href,
  strength,
  resumeAction,
}: {
  href: string;
  strength: number;
  resumeAction: string | undefined;
}): ReactElement {
  const t = useTranslate();
  return (
    <li>
      <a className="row" href={href} onClick={() => resumeAction !== undefined && saveInterruptedAction(resumeAction)}>
        <RowBody
          icon="enter"
          name={t('step-up.okta')}
          end={
            <>
              <span className="visually-hidden">{t('step-up.okta_go')}</span>
              <Chevron />
            </>
          }
        >
          {strength === 0 ? t('step-up.okta_fresh') : t('step-up.okta_about', { strength })}
        </RowBody>
      </a>
    </li>
  );
}

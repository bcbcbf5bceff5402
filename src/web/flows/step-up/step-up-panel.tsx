import { type ReactElement, useState } from 'react';
import { Link } from 'react-router';
import type { FactorKind } from '#contract/kinds.ts';
import { Verification } from '../verification/verification.tsx';
import { useSuggestions } from './stolen-phone.ts';
import type { StepUpRequirement } from './use-step-up.ts';
import { saveInterruptedAction } from './interrupted-action.ts';
import { factorUiOf } from '../../components/factor/factor-ui.ts';
import { useMethodName } from '../../components/factor/method-name.ts';
import { useTranslate, type MessageId } from '../../i18n/translate.tsx';
import { Button } from '../../components/ui/button.tsx';
import { useAnnounce } from '../../components/ui/announcer.tsx';
import { takeFocus } from '../../components/ui/heading.tsx';
import { withReturnTo } from '../../components/failure/attempt-limit.ts';
import { Chevron, RowBody } from '../../components/ui/row.tsx';

export { findStepUpRequirement as stepUpRequirementOf, type StepUpRequirement } from './use-step-up.ts';

/** The options to step up, strongest first, each used in place. Signing in at Okta returns to this page. */
export function StepUpPanel({
  requirement,
  here,
  resumeAction,
  opened = false,
  focusOnMount = false,
  heading = { is: 'h2', text: 'step-up.first' },
  isMain = true,
  onStepUp,
}: {
  requirement: StepUpRequirement;
  /** Begins with the strongest option that sends nothing, and shows the others on demand. A single one always does. */
  opened?: boolean;
  /** Takes the focus: the option that is open, else the heading. For a panel that replaces what had the focus. */
  focusOnMount?: boolean;
  /** Null where the page has one. */
  heading?: { is: 'h2' | 'h3'; text: MessageId } | null;
  /** Whether it is what the page is for: then its button is the page's main one. */
  isMain?: boolean;
  /** Path and query of the page to come back to. */
  here: string;
  /** The action to resume after a sign-in at Okta. */
  resumeAction?: string;
  onStepUp: () => void;
}): ReactElement {
  const t = useTranslate();
  const nameOf = useMethodName();
  const announce = useAnnounce();
  const { order, variantOf } = useSuggestions(here, isMain);
  const own = order(requirement.options.filter((option) => option.type === 'factor'));
  // Nothing to choose: it opens at once. What sends, rings or asks for a key still waits for a press.
  const only = own.length === 1 ? own[0]?.factorId : undefined;
  const [silent] = opened ? own.filter(({ verificationType: type }) => type === 'key' || type === 'code') : [];
  const [alone, setAlone] = useState(silent !== undefined);
  const [chosen, setChosen] = useState<string>();
  // The same app's codes first: it is the one that the person has in their hand.
  const codesOf = (kind: FactorKind) =>
    own
      .filter(({ verificationType }) => verificationType === 'code')
      .toSorted((one, other) => Number(other.kind === kind) - Number(one.kind === kind))[0];
  const okta = requirement.options.find((option) => option.type === 'okta');
  const verificationOf = (option: (typeof own)[number], focusOnMount: boolean): ReactElement => (
    <Verification
      key={option.factorId}
      focusOnMount={focusOnMount}
      verificationType={option.verificationType}
      factorId={option.factorId}
      kind={option.kind}
      name={nameOf(option)}
      detail={option.detail}
      purpose={requirement.purpose}
      submit="step-up.confirm"
      variant={variantOf(option.factorId)}
      onVerified={() => {
        announce(t('step-up.done'));
        onStepUp();
      }}
      onChooseAnother={
        option.factorId === only
          ? undefined
          : () => {
              setAlone(false);
              setChosen(undefined);
            }
      }
      onUseCode={codesOf(option.kind) && (() => setChosen(codesOf(option.kind)?.factorId))}
    />
  );
  const title = heading && (
    <heading.is ref={focusOnMount && !silent && only === undefined ? takeFocus : null} tabIndex={-1}>
      {t(heading.text)}
    </heading.is>
  );
  if (alone && silent)
    return (
      <>
        {title}
        <p>{nameOf(silent)}</p>
        {verificationOf(silent, focusOnMount)}
        <Button variant="text-button" onClick={() => setAlone(false)}>
          {t('verification.code.another_way')}
        </Button>
      </>
    );
  return (
    <>
      {title}
      <ul className="rows">
        {own.map((option, index) => {
          const factorUi = factorUiOf(option.kind);
          const name = nameOf(option);
          const isOnly = option.factorId === only;
          const open = isOnly || chosen === option.factorId;
          // A method with two verification types has two rows; this distinguishes them.
          const namesakes = own.filter((other) => other !== option && nameOf(other) === name);
          const twin = namesakes.some(({ detail }) => detail === option.detail);
          const description =
            twin && option.verificationType
              ? t(`factors.prompt.${option.verificationType}`)
              : (option.detail ?? t(factorUi.prompt));
          return (
            <li key={option.factorId}>
              <div className="row">
                <RowBody
                  icon={factorUi.icon}
                  name={name}
                  strength={option.strength}
                  end={
                    !isOnly && (
                      <Button
                        variant={`row-action ${index === 0 && chosen === undefined ? variantOf(option.factorId) : 'button'}`}
                        expanded={open}
                        // The button that led here is gone.
                        focusOnMount={index === 0 && silent !== undefined}
                        onClick={() => setChosen(open ? undefined : option.factorId)}
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
              {open && <div className="row-more">{verificationOf(option, !isOnly || focusOnMount)}</div>}
            </li>
          );
        })}
        {okta && (
          <li>
            <a
              className="row"
              href={withReturnTo(okta.href, here)}
              onClick={() => resumeAction !== undefined && saveInterruptedAction(resumeAction)}
            >
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
                {requirement.strength === 0
                  ? t('step-up.okta_fresh')
                  : t('step-up.okta_about', { strength: requirement.strength })}
              </RowBody>
            </a>
          </li>
        )}
      </ul>
      <p>
        <Link className="text-button" to="/get-help">
          {t('step-up.cannot')}
        </Link>
      </p>
    </>
  );
}

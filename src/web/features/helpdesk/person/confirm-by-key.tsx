import { useQuery } from '@tanstack/react-query';
import { type ComponentType, type ReactElement, type ReactNode, useEffect, useState } from 'react';
import type { ResetBody } from '#contract/helpdesk.ts';
import { helpdeskQueries } from '../../../api/helpdesk-queries.ts';
import { Button } from '../../../components/ui/button.tsx';
import { HelpdeskFailure } from '../messages/helpdesk-failure.tsx';
import { useMethodName } from '../../../components/factor/method-name.ts';
import { loadWithMessages } from '../../../i18n/load-messages.ts';
import { useLocale, useTranslate } from '../../../i18n/translate.tsx';
import type { OfferedStepUpOption } from '../../../flows/step-up/step-up-panel.tsx';
import type { VerificationProps } from '../../../flows/verification/verification-components.ts';
import { places } from '../reset/reset-view.ts';

type KeyOption = Extract<OfferedStepUpOption, { type: 'factor' }>;

/** Milliseconds without a change before the server is asked for the plan. */
const pause = 300;

/**
 * One touch of the agent's key: her step-up, and her confirmation of exactly this reset. The server says what the touch
 * is for, and refuses it for any other plan.
 */
export function ConfirmByKey({
  userId,
  body,
  option,
  label,
  onConfirmed,
}: {
  userId: string;
  body: ResetBody;
  option: KeyOption;
  /** What the reset does. */
  label: ReactNode;
  onConfirmed: () => void;
}): ReactElement {
  const t = useTranslate();
  const locale = useLocale();
  const nameOf = useMethodName();
  const [Key, setKey] = useState<ComponentType<VerificationProps>>();
  useEffect(() => {
    let left = false;
    loadWithMessages(() => import('../../../flows/verification/key-verification.tsx'), locale, ['webauthn']).then(
      (module) => !left && setKey(() => module.default),
      // Offline: the other ways are still there.
      () => undefined,
    );
    return () => {
      left = true;
    };
  }, [locale]);
  const text = JSON.stringify(body);
  const [stable, setStable] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setStable(text), pause);
    return () => clearTimeout(timer);
  }, [text]);
  const { data, error } = useQuery({
    ...helpdeskQueries.plan(userId, JSON.parse(stable) as ResetBody),
    staleTime: 30_000,
  });
  const purpose = stable === text ? data?.purpose : undefined;
  if (error) return <HelpdeskFailure error={error} />;
  return (
    <div>
      <p className="fine">{t('helpdesk-reset.touch_confirms')}</p>
      {Key && purpose !== undefined ? (
        <Key
          key={purpose}
          factorId={option.factorId}
          kind={option.kind}
          name={nameOf(option)}
          detail={option.detail}
          purpose={purpose}
          submit="step-up.confirm"
          label={label}
          // The button that it replaces may have the focus.
          focusOnMount={document.getElementById(places.nothing)?.contains(document.activeElement)}
          onVerified={onConfirmed}
        />
      ) : (
        <div className="actions">
          <Button variant="button danger" busy>
            {label}
          </Button>
        </div>
      )}
    </div>
  );
}

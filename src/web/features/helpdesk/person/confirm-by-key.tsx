import { useQuery } from '@tanstack/react-query';
import { type ReactElement, type ReactNode, useEffect, useState } from 'react';
import type { ResetBody } from '#contract/helpdesk.ts';
import { helpdeskQueries } from '../../../api/helpdesk-queries.ts';
import { Button } from '../../../components/ui/button.tsx';
import { HelpdeskFailure } from '../messages/helpdesk-failure.tsx';
import { useMethodName } from '../../../components/factor/method-name.ts';
import { useTranslate } from '../../../i18n/translate.tsx';
import type { OfferedStepUpOption } from '../../../flows/step-up/step-up-panel.tsx';
import KeyVerification from '../../../flows/verification/key-verification.tsx';
import { places } from '../reset/reset-view.ts';

type KeyOption = Extract<OfferedStepUpOption, { type: 'factor' }>;

/** Milliseconds without a change before the server is asked for the plan. */
const pause = 300;

/**
 * One touch of the agent's key: her step-up, and her confirmation of exactly this reset. The server says what the touch
 * is for, and refuses it for any other plan.
 */
export default function ConfirmByKey({
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
  const nameOf = useMethodName();
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
      <p className="fine">{t('webauthn.touch_confirms')}</p>
      {purpose !== undefined ? (
        <KeyVerification
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

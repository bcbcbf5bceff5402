import type { ReactElement } from 'react';
import type { AuditAccess } from '#contract/helpdesk.ts';
import { StepUpPanel } from '../../../flows/step-up/step-up-panel.tsx';
import { useTranslate } from '../../../i18n/translate.tsx';

/** `here`: path and query. */
export default function StepUpToRead({
  stepUp,
  ...rest
}: {
  stepUp: NonNullable<AuditAccess['stepUp']>;
  here: string;
  onStepUp: () => void;
}): ReactElement {
  const t = useTranslate();
  return (
    <section className="stack">
      <h2>{t('helpdesk.verify_self')}</h2>
      <p>{t('helpdesk-audit-log.step_up')}</p>
      <StepUpPanel heading={null} requirement={stepUp} {...rest} />
    </section>
  );
}

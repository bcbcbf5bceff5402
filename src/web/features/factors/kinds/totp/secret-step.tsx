import type { ReactElement } from 'react';
import { CodeEntry } from '../../../../components/code/code-entry.tsx';
import { SimulatorHint } from '../../../../components/ui/simulator-hint.tsx';
import { hintedAppCodeField } from '../../../../components/code/code-field-spec.ts';
import { type MessageId, useTranslate } from '../../../../i18n/translate.tsx';
import type { StepProps } from '../../enrollment/steps.ts';
import { ScanStep } from './scan-step.tsx';

/** Activates an app that shows codes, in two numbered steps. `apps`: which apps can scan it. */
export function SecretStep({
  activation,
  activate,
  onCancel,
  apps,
}: StepProps<'secret'> & { apps: MessageId }): ReactElement {
  const t = useTranslate();
  return (
    <ol className="steps">
      <li>
        <h2>{t('totp.step1')}</h2>
        <p className="fine">{t(apps)}</p>
        <ScanStep uri={activation.uri} sharedSecret={activation.sharedSecret} />
        <SimulatorHint />
      </li>
      <li>
        <h2>{t('totp.step2')}</h2>
        <CodeEntry
          submit="enroll.turn_on"
          codeField={hintedAppCodeField}
          check={(passCode) => activate({ passCode })}
          onVerified={() => {}}
          others={
            <button className="button" type="button" onClick={onCancel}>
              {t('enroll.cancel')}
            </button>
          }
        />
      </li>
    </ol>
  );
}

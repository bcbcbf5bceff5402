import { useQuery } from '@tanstack/react-query';
import { type ReactElement, useEffect, useEffectEvent } from 'react';
import { ApiError } from '#contract/errors.ts';
import { request } from '../../../../api/client/request.ts';
import { CodeEntry } from '../../../../components/code/code-entry.tsx';
import { SimulatorHint } from '../../../../components/ui/simulator-hint.tsx';
import { hintedAppCodeField } from '../../../../components/code/code-field-spec.ts';
import { type MessageId, useTranslate } from '../../../../i18n/translate.tsx';
import type { StepProps } from '../../enrollment/steps.ts';
import { ScanStep } from './scan-step.tsx';
import css from './scan-step.module.css';

/** Another tab has started over, so this QR code is useless. Checked when this tab is shown again. */
function useIsOld(factorId: string, start: number | undefined): boolean {
  const { data } = useQuery({
    queryKey: ['start', factorId, start],
    queryFn: async ({ signal }) =>
      (await request('getFactor', { params: { factorId }, signal })).enrollment?.start ?? start ?? null,
    initialData: start ?? null,
    staleTime: 2000,
  });
  return data !== (start ?? null);
}

/** `apps`: which apps can scan the QR code. */
export function SecretStep({
  factor,
  start,
  activation,
  activate,
  onRefused,
  onCancel,
  apps,
}: StepProps<'secret'> & { apps: MessageId }): ReactElement {
  const t = useTranslate();
  const isOld = useIsOld(factor.id, start);
  const end = useEffectEvent(() => onRefused(new ApiError('open_elsewhere', { factorId: factor.id })));
  useEffect(() => {
    if (isOld) end();
  }, [isOld]);
  return (
    <ol className={`steps ${css.beside}`}>
      <li>
        <h2>{t('totp.step1')}</h2>
        <p className="fine">{t(apps)}</p>
        <ScanStep uri={activation.uri} sharedSecret={activation.sharedSecret} />
        <SimulatorHint />
      </li>
      <li>
        <h2>{t('totp.step2')}</h2>
        <CodeEntry
          kind="totp"
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

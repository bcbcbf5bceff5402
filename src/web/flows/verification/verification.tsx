import { useQuery } from '@tanstack/react-query';
import { type ReactElement, useEffect, useState } from 'react';
import type { VerificationType } from '#contract/kinds.ts';
import { NetworkError } from '../../api/client/network-error.ts';
import { factorQueries } from '../../api/queries.ts';
import { Button } from '../../components/ui/button.tsx';
import { Failure } from '../../components/failure/failure.tsx';
import { useTranslate } from '../../i18n/translate.tsx';
import {
  type VerificationProps,
  type VerificationComponent,
  verificationComponents,
} from './verification-components.ts';
import css from './verification.module.css';

/** Verifies a method. @param verificationType null fetches the type first. */
export function Verification({
  verificationType,
  ...props
}: VerificationProps & { verificationType: VerificationType | null }): ReactElement {
  return verificationType === null ? (
    <LoadedVerification {...props} />
  ) : (
    <TypedVerification verificationType={verificationType} {...props} />
  );
}

function LoadedVerification(props: VerificationProps): ReactElement {
  const t = useTranslate();
  const { data, error } = useQuery(factorQueries.detail(props.factorId));
  if (error) return <Failure error={error} />;
  if (!data) return <div className={css.placeholder} aria-busy="true" />;
  const [best] = data.verifications;
  return best ? (
    <TypedVerification {...props} verificationType={best.verificationType} factorId={best.factorId} />
  ) : (
    <p>{t('verification.unknown')}</p>
  );
}

/** Loads the component and reserves its space. A newer BFF may send a type that this page does not know. */
function TypedVerification({
  verificationType,
  ...props
}: VerificationProps & { verificationType: VerificationType }): ReactElement {
  const t = useTranslate();
  const component = Object.hasOwn(verificationComponents, verificationType)
    ? verificationComponents[verificationType]
    : undefined;
  const [fetched, setFetched] = useState<VerificationComponent>();
  const [failed, setFailed] = useState<unknown>();
  const [tries, setTries] = useState(0);
  const lazy = component && 'load' in component ? component : undefined;
  useEffect(() => {
    if (!lazy) return undefined;
    let left = false;
    lazy.load().then(
      (module) => !left && setFetched(() => module.default),
      (cause: unknown) => !left && setFailed(new NetworkError('offline', { cause })),
    );
    return () => {
      left = true;
    };
  }, [lazy, tries]);

  const Screen = component && 'screen' in component ? component.screen : fetched;
  if (Screen) return <Screen {...props} />;
  if (!component) return <p>{t('verification.unknown')}</p>;
  if (failed === undefined) return <div className={css.placeholder} aria-busy="true" />;
  const retry = (): void => {
    setFailed(undefined);
    setTries((count) => count + 1);
  };
  return (
    <div className="stack">
      <Failure error={failed} />
      <Button onClick={retry}>{t('app.retry.now')}</Button>
    </div>
  );
}

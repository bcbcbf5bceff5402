import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import type { VerificationType } from '#contract/kinds.ts';
import { factorQueries } from '../../api/queries.ts';
import { Button } from '../../components/ui/button.tsx';
import { Failure } from '../../components/failure/failure.tsx';
import { useLazyComponent } from '../../components/use-lazy-component.ts';
import { useTranslate } from '../../i18n/translate.tsx';
import { type VerificationProps, verificationComponents } from './verification-components.ts';
import css from './verification.module.css';

/** `verificationType` null: the type is fetched first. */
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

/** A newer BFF may send a type that this page does not know. */
function TypedVerification({
  verificationType,
  ...props
}: VerificationProps & { verificationType: VerificationType }): ReactElement {
  const t = useTranslate();
  const component = Object.hasOwn(verificationComponents, verificationType)
    ? verificationComponents[verificationType]
    : undefined;
  const { Component, error, retry } = useLazyComponent(component && 'load' in component ? component.load : undefined);
  if (!component) return <p>{t('verification.unknown')}</p>;
  const Screen = 'screen' in component ? component.screen : Component;
  if (Screen) return <Screen {...props} />;
  if (!error) return <div className={css.placeholder} aria-busy="true" />;
  return (
    <div className="stack">
      <Failure error={error} />
      <Button onClick={retry}>{t('app.retry.now')}</Button>
    </div>
  );
}

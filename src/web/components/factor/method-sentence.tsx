import type { ReactElement } from 'react';
import type { Factor } from '#contract/endpoints.ts';
import { Trans, type MessageId } from '../../i18n/translate.tsx';
import { useMethodName } from './method-name.ts';

/** Kinds for which a sentence has its own wording. Other kinds use their name from the list. */
const worded = new Set(['sms', 'call', 'email', 'question', 'totp', 'webauthn']);

/** If the owner has named the method, `what` is only that name. */
export function useMethodWords(): (factor: Factor) => { kind: string; what: string } {
  const getName = useMethodName();
  return (factor) => {
    const { kind, name, detail } = factor;
    return name === null && worded.has(kind) && (detail !== null || kind === 'totp')
      ? { kind, what: detail ?? getName(factor) }
      : { kind: 'other', what: getName(factor) };
  };
}

export function MethodSentence({ id, factor }: { id: MessageId; factor: Factor }): ReactElement {
  const { kind, what } = useMethodWords()(factor);
  const isAddress = kind === 'sms' || kind === 'call' || kind === 'email';
  return <Trans id={id} values={{ kind, what: <bdi className={isAddress ? 'as-is' : undefined}>{what}</bdi> }} />;
}

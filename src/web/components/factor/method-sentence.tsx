import type { ReactElement } from 'react';
import type { Factor } from '#contract/endpoints.ts';
import { Trans, type MessageId } from '../../i18n/translate.tsx';
import { useMethodName } from './method-name.ts';

/** Kinds that a sentence names as words; it names the others as the list does. */
const worded = new Set(['sms', 'call', 'email', 'question', 'totp', 'webauthn']);

/**
 * Returns a function that gives what a sentence about a method names: its kind, and its number, address or device, or
 * alone its owner's name for it.
 */
export function useMethodWords(): (factor: Factor) => { kind: string; what: string } {
  const getName = useMethodName();
  return (factor) => {
    const { kind, name, detail } = factor;
    return name === null && worded.has(kind) && (detail !== null || kind === 'totp')
      ? { kind, what: detail ?? getName(factor) }
      : { kind: 'other', what: getName(factor) };
  };
}

/** A sentence about a method. Each kind has its own complete text; the method's number or name is its one value. */
export function MethodSentence({ id, factor }: { id: MessageId; factor: Factor }): ReactElement {
  const { kind, what } = useMethodWords()(factor);
  return <Trans id={id} values={{ kind, what: <bdi>{what}</bdi> }} />;
}

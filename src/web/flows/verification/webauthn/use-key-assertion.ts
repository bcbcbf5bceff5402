import type { PurposeText } from '#contract/purposes.ts';
import { WebAuthnAbortService } from '@simplewebauthn/browser';
import { useEffect, useEffectEvent, useReducer, useRef } from 'react';
import type { Verified } from '#contract/endpoints.ts';
import { now } from '../../../api/client/clock.ts';
import { request } from '../../../api/client/request.ts';
import { useSingleMutation } from '../../../api/use-single-mutation.ts';
import { whyNoKeys } from './device-messages.ts';
import { askKey } from './device.ts';
import { keyFlow, type KeyState } from './key-flow.ts';

/** In ms. At Okta a challenge is valid for five minutes, including the time for the touch. */
const lifetime = 240_000;

type Options = Extract<Extract<Verified, { factorResult: 'CHALLENGE' }>['challenge'], { how: 'assert' }>['options'];

/**
 * The challenge is fetched before the click, because some browsers require a user gesture. `pressed`: the person has
 * just clicked, so the key is asked for immediately.
 */
export function useKeyAssertion(
  factorId: string,
  purpose: PurposeText | undefined,
  pressed: boolean,
  onVerified: () => void,
): { state: KeyState; press: () => void } {
  const [state, dispatch] = useReducer(keyFlow, { at: 'ready' });
  const challenge = useRef<{ options: Options; until: number }>(undefined);
  const forPurpose = purpose ? { purpose } : {};

  const ask = async (): Promise<Options> => {
    dispatch({ type: 'ask' });
    const verified = await request('verifyFactor', { params: { factorId }, body: forPurpose });
    if (verified.factorResult !== 'CHALLENGE' || verified.challenge.how !== 'assert')
      throw new Error('A key is asked by a challenge to sign.');
    const { options } = verified.challenge;
    challenge.current = { options, until: now() + lifetime };
    dispatch({ type: 'asked' });
    return options;
  };
  const onError = (error: unknown): void => dispatch({ type: 'refused', error });
  const asserting = useSingleMutation({
    mutationFn: async () => {
      const options = challenge.current && challenge.current.until > now() ? challenge.current.options : await ask();
      dispatch({ type: 'touch' });
      const signed = await askKey(options);
      // A challenge works only once.
      challenge.current = undefined;
      dispatch({ type: 'signed' });
      await request('verifyFactor', { params: { factorId }, body: { ...signed, ...forPurpose } });
    },
    onError,
    onSuccess: () => {
      dispatch({ type: 'accepted' });
      onVerified();
    },
  });

  const onMount = useEffectEvent(() => {
    if (whyNoKeys(window)) return;
    if (pressed) asserting.mutate();
    else void ask().catch(onError);
  });
  useEffect(() => {
    onMount();
    // Closes the browser's dialog.
    return () => WebAuthnAbortService.cancelCeremony();
  }, []);

  return {
    state,
    press() {
      if (state.at === 'ready') asserting.mutate();
    },
  };
}

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

/** How long a challenge is used, in milliseconds: Okta's lasts five minutes, and the touch takes some of it. */
const lasts = 240_000;

type Options = Extract<Extract<Verified, { factorResult: 'CHALLENGE' }>['challenge'], { how: 'assert' }>['options'];

/**
 * Connects the flow to its API calls. The challenge is fetched before the click, since some browsers require a user
 * gesture; an old or used one is renewed during the click.
 */
export function useKeyAssertion(
  factorId: string,
  purpose: PurposeText | undefined,
  onVerified: () => void,
): { state: KeyState; press: () => void } {
  const [state, dispatch] = useReducer(keyFlow, { at: 'ready' });
  const inHand = useRef<{ options: Options; until: number }>(undefined);
  const forIt = purpose ? { purpose } : {};

  const ask = async (): Promise<Options> => {
    dispatch({ type: 'ask' });
    const verified = await request('verifyFactor', { params: { factorId }, body: forIt });
    if (verified.factorResult !== 'CHALLENGE' || verified.challenge.how !== 'assert')
      throw new Error('A key is asked by a challenge to sign.');
    const { options } = verified.challenge;
    inHand.current = { options, until: now() + lasts };
    dispatch({ type: 'asked' });
    return options;
  };
  const onError = (error: unknown): void => dispatch({ type: 'refused', error });
  const asserting = useSingleMutation({
    mutationFn: async () => {
      const options = inHand.current && inHand.current.until > now() ? inHand.current.options : await ask();
      dispatch({ type: 'touch' });
      const signed = await askKey(options);
      // A challenge can be used once, so the next try needs another.
      inHand.current = undefined;
      dispatch({ type: 'signed' });
      await request('verifyFactor', { params: { factorId }, body: { ...signed, ...forIt } });
    },
    onError,
    onSuccess: () => {
      dispatch({ type: 'accepted' });
      onVerified();
    },
  });

  const onMount = useEffectEvent(() => {
    if (!whyNoKeys(window)) void ask().catch(onError);
  });
  useEffect(() => {
    onMount();
    // Closes the browser's dialog when the page goes away.
    return () => WebAuthnAbortService.cancelCeremony();
  }, []);

  return {
    state,
    press() {
      if (state.at === 'ready') asserting.mutate();
    },
  };
}

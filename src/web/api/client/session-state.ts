import { useSyncExternalStore } from 'react';
import { createPageState } from './page-state.ts';

/** `ended`: a call got a 401. `signed_out`: the person signed out in this page. */
export type SessionState = 'active' | 'ended' | 'signed_out';

/** A tab tells other tabs that the session may be over. The message is `frozen` after a freeze. */
export const sessionChannel = 'latchkey-session';

const state = createPageState<SessionState>('active');

export const frozenHere = createPageState(false);

export const sessionState = {
  ...state,
  set(next: SessionState): void {
    // A person who signed out must not see that the session ended.
    if (state.get() !== 'signed_out' || next !== 'ended') state.set(next);
  },
};

export const useSessionState = (): SessionState =>
  useSyncExternalStore(sessionState.subscribe, sessionState.get, () => 'active');

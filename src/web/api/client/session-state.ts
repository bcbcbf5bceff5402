import { useSyncExternalStore } from 'react';
import { createPageState } from './page-state.ts';

/** `ended`: a call got a 401. `signed_out`: the person signed out in this page. */
export type SessionState = 'active' | 'ended' | 'signed_out';

/** The channel on which a tab tells other tabs that the session may be over. The message is `frozen` after a freeze. */
export const sessionChannel = 'latchkey-session';

const state = createPageState<SessionState>('active');

/** Whether a freeze in this browser may have ended the session. */
export const frozenHere = createPageState(false);

/** Whether the session is active, ended or signed out. */
export const sessionState = {
  ...state,
  set(next: SessionState): void {
    // A person who signed out must not see that the session ended.
    if (state.get() !== 'signed_out' || next !== 'ended') state.set(next);
  },
};

export const useSessionState = (): SessionState =>
  useSyncExternalStore(sessionState.subscribe, sessionState.get, () => 'active');

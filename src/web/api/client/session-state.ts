import { useSyncExternalStore } from 'react';

/** `ended`: a call got a 401. `signed_out`: the person signed out in this page. */
export type SessionState = 'active' | 'ended' | 'signed_out';

/** The channel on which a tab tells the others that the session may be over. */
export const sessionChannel = 'latchkey-session';

let state: SessionState = 'active';
const listeners = new Set<() => void>();

/** Whether the session is over, for the whole page. Only a browser changes it. */
export const sessionState = {
  get: (): SessionState => state,
  set(next: SessionState): void {
    // A person who signed out is not told that the session ended.
    if (state === next || (state === 'signed_out' && next === 'ended')) return;
    state = next;
    for (const listener of listeners) listener();
  },
  subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  },
};

export const useSessionState = (): SessionState =>
  useSyncExternalStore(sessionState.subscribe, sessionState.get, () => 'active');

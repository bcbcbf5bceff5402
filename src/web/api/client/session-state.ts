import { useSyncExternalStore } from 'react';

/** `ended`: a call was told 401. `left`: the person signed out here. */
export type SessionState = 'active' | 'ended' | 'signed_out';

let state: SessionState = 'active';
const listeners = new Set<() => void>();

/** Whether the session is over, said once for the whole page. Only a browser ever changes it. */
export const sessionState = {
  get: (): SessionState => state,
  set(next: SessionState): void {
    // Who signed out is not told that their session ended.
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

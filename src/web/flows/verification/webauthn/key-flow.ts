/** The states are ready ⇄ asking → touching → sending → verified. An error leads back to `ready` for a retry. */
export type KeyState =
  | { at: 'ready'; problem?: unknown }
  | { at: 'asking' }
  | { at: 'touching' }
  | { at: 'sending' }
  | { at: 'verified' };

export type KeyEvent =
  | { type: 'ask' }
  | { type: 'asked' }
  | { type: 'touch' }
  | { type: 'signed' }
  | { type: 'accepted' }
  | { type: 'refused'; error: unknown };

export function keyFlow(state: KeyState, event: KeyEvent): KeyState {
  switch (event.type) {
    case 'ask':
      return state.at === 'ready' ? { at: 'asking' } : state;
    case 'asked':
      return state.at === 'asking' ? { at: 'ready' } : state;
    case 'touch':
      return state.at === 'ready' ? { at: 'touching' } : state;
    case 'signed':
      return state.at === 'touching' ? { at: 'sending' } : state;
    case 'accepted':
      return state.at === 'sending' ? { at: 'verified' } : state;
    case 'refused':
      return state.at === 'verified' || state.at === 'ready' ? state : { at: 'ready', problem: event.error };
  }
}

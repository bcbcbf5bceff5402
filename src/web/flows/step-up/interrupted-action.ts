import { now } from '../../api/client/clock.ts';

const key = 'latchkey:interrupted-action';

/** How long an interrupted action can be resumed, in ms. */
const lifetime = 5 * 60_000;

/**
 * Stores in this tab the name of the action that a step-up at Okta interrupts. The name is not in the URL, so that
 * another site's link cannot start an action.
 */
export function saveInterruptedAction(action: string): void {
  try {
    sessionStorage.setItem(key, JSON.stringify({ action, at: now() }));
  } catch {
    // The browser may forbid storage; the person then has to press the button again.
  }
}

/** Returns and deletes the interrupted action's name if it matches and was interrupted recently, or else null. */
export function takeInterruptedAction(action: string | { prefix: string }): string | null {
  try {
    const saved = JSON.parse(sessionStorage.getItem(key)!) as { action: string; at: number };
    const isMeant = typeof action === 'string' ? saved.action === action : saved.action.startsWith(action.prefix);
    if (!isMeant) return null;
    sessionStorage.removeItem(key);
    return now() - saved.at < lifetime ? saved.action : null;
  } catch {
    return null;
  }
}

import { now } from '../../api/client/clock.ts';

const key = 'latchkey:interrupted-action';

/** How long an interrupted action can be resumed, in milliseconds. */
const lifetime = 5 * 60_000;

/**
 * Remembers in this tab which action a step-up at Okta interrupted. Only its name is kept. It is not in the URL, so a
 * foreign link cannot start anything.
 */
export function saveInterruptedAction(action: string): void {
  try {
    sessionStorage.setItem(key, JSON.stringify({ action, at: now() }));
  } catch {
    // Storage may be forbidden; the user then presses again.
  }
}

/** Returns once the action of this name, or whose name begins with this prefix, if it was interrupted recently. */
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

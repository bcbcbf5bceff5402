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

/** True once, if `action` was interrupted recently. */
export function takeInterruptedAction(action: string): boolean {
  try {
    const saved = JSON.parse(sessionStorage.getItem(key) ?? 'null') as { action: string; at: number } | null;
    if (saved?.action !== action) return false;
    sessionStorage.removeItem(key);
    return now() - saved.at < lifetime;
  } catch {
    return false;
  }
}

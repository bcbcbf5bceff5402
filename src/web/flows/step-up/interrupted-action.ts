import { now } from '../../api/client/clock.ts';

const key = 'latchkey:interrupted-action';

/** In ms. */
const lifetime = 5 * 60_000;

/** Stores the action in this tab. If it were in the URL, another site's link could start it. */
export function saveInterruptedAction(action: string): void {
  try {
    sessionStorage.setItem(key, JSON.stringify({ action, at: now() }));
  } catch {
    // Without storage, the person has to press the button again.
  }
}

/** Null if no such action was interrupted recently. */
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

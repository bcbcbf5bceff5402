const key = 'latchkey:interrupted-action';

/** How long an interrupted act waits, in milliseconds; who takes longer presses once more. */
const waits = 5 * 60_000;

/**
 * Remembers, over the way to Okta and back, that an act was interrupted for a proof. Only a name is kept, in this tab.
 * A link cannot carry it, so that nobody else's link can start anything.
 */
export function saveInterruptedAction(action: string): void {
  try {
    sessionStorage.setItem(key, JSON.stringify({ action, at: Date.now() }));
  } catch {
    // Storage may be forbidden; the person then presses once more.
  }
}

/** True once, when `action` was interrupted a short while ago. */
export function takeInterruptedAction(action: string): boolean {
  try {
    const mark = JSON.parse(sessionStorage.getItem(key) ?? 'null') as { action: string; at: number } | null;
    if (mark?.action !== action) return false;
    sessionStorage.removeItem(key);
    return Date.now() - mark.at < waits;
  } catch {
    return false;
  }
}

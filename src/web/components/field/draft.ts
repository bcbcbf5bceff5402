import { now } from '../../api/client/clock.ts';

/** In ms: as long as a caller of the helpdesk stays verified. */
const lifetime = 15 * 60_000;
const storageKey = (name: string): string => `latchkey:${name}`;

/** A draft survives a sign-in in this tab. Never keep a code, an answer or a secret. */
export function readDraft<T>(name: string, ms = lifetime): T | undefined {
  try {
    const entry = JSON.parse(sessionStorage.getItem(storageKey(name)) ?? 'null') as { draft: T; at: number } | null;
    if (entry && now() - entry.at < ms) return entry.draft;
  } catch {
    // Storage may be blocked, or contain an older version's data.
  }
  return undefined;
}

export function keepDraft(name: string, draft: unknown): void {
  try {
    if (draft === undefined) sessionStorage.removeItem(storageKey(name));
    else sessionStorage.setItem(storageKey(name), JSON.stringify({ draft, at: now() }));
  } catch {
    // Without storage, the person may have to type the text again.
  }
}

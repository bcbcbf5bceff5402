import { now } from '../../api/client/clock.ts';

/** Milliseconds for which the tab keeps what was typed: as long as a helpdesk's caller stays verified. */
const waits = 15 * 60_000;
const keyOf = (name: string): string => `latchkey:${name}`;

/**
 * Returns what this tab keeps under a name, so that a sign-in in between loses nothing; undefined if there is none, or
 * only an old one. Never keep a code, an answer or a secret.
 */
export function readDraft<T>(name: string, ms = waits): T | undefined {
  try {
    const kept = JSON.parse(sessionStorage.getItem(keyOf(name)) ?? 'null') as { draft: T; at: number } | null;
    if (kept && now() - kept.at < ms) return kept.draft;
  } catch {
    // Storage may be blocked, or contain an older version's data.
  }
  return undefined;
}

/** Keeps it in this tab; undefined forgets it. */
export function keepDraft(name: string, draft: unknown): void {
  try {
    if (draft === undefined) sessionStorage.removeItem(keyOf(name));
    else sessionStorage.setItem(keyOf(name), JSON.stringify({ draft, at: now() }));
  } catch {
    // Without storage, the person may have to type it again.
  }
}

import assert from 'node:assert/strict';

/** Checks that each secret is in only one answer. Uses `assert`, because Vitest's `expect` would take too long. */
export function createLedger() {
  const secrets = new Set<string>();
  const accepted = new Set<string>();

  function* texts(value: unknown): Generator<string> {
    if (typeof value === 'string') yield value;
    else if (typeof value === 'object' && value !== null) for (const one of Object.values(value)) yield* texts(one);
  }

  return {
    /** Call this before you add the answer's own secret. */
    assertNoSecret(body: unknown): void {
      for (const text of texts(body))
        assert(!secrets.has(text), `an answer shows a secret that was shown or sent before: ${text}`);
    },
    /** All later answers must not contain it. */
    addSecret(secret: string): void {
      assert(!secrets.has(secret), `the same secret twice: ${secret}`);
      secrets.add(secret);
    },
    /** A code is short, so unlike a secret it may be known already. */
    kept(secret: string): void {
      secrets.add(secret);
    },
    /** Throws if this code was already accepted. */
    accept(answer: string): void {
      assert(!accepted.has(answer), `taken twice: ${answer}`);
      accepted.add(answer);
    },
  };
}

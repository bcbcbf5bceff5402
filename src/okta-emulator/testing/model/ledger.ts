import assert from 'node:assert/strict';

/**
 * Checks that each secret is only in the one answer in which the model expects it. Uses `assert`, because Vitest's
 * `expect` would take too long for every text of every answer.
 */
export function createLedger() {
  const secrets = new Set<string>();
  const accepted = new Set<string>();

  function* texts(value: unknown): Generator<string> {
    if (typeof value === 'string') yield value;
    else if (typeof value === 'object' && value !== null) for (const one of Object.values(value)) yield* texts(one);
  }

  return {
    /** Throws if an answer contains a forbidden secret. Call this before you add the answer's own secret. */
    assertNoSecret(body: unknown): void {
      for (const text of texts(body))
        assert(!secrets.has(text), `an answer shows a secret that was shown or sent before: ${text}`);
    },
    /** Forbids this secret in all later answers. */
    addSecret(secret: string): void {
      assert(!secrets.has(secret), `the same secret twice: ${secret}`);
      secrets.add(secret);
    },
    /** Forbids a code or answer of a person. Unlike a secret, it may be forbidden already, because it is short. */
    kept(secret: string): void {
      secrets.add(secret);
    },
    /** Records an accepted one-time code. Throws if this code was already accepted. */
    accept(answer: string): void {
      assert(!accepted.has(answer), `taken twice: ${answer}`);
      accepted.add(answer);
    },
  };
}

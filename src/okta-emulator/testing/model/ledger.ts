import assert from 'node:assert/strict';

/**
 * Tracks values that only one answer may show: a secret must be in the answer in which the model expects it, and in no
 * other at any time. Uses `assert`, because Vitest's `expect` takes long for every text of every answer.
 */
export function createLedger() {
  const secrets = new Set<string>();
  const accepted = new Set<string>();

  function* texts(value: unknown): Generator<string> {
    if (typeof value === 'string') yield value;
    else if (typeof value === 'object' && value !== null) for (const one of Object.values(value)) yield* texts(one);
  }

  return {
    /** Checks an answer. Call it before the answer's own secret is added. */
    assertNoSecret(body: unknown): void {
      for (const text of texts(body))
        assert(!secrets.has(text), `an answer shows a secret that was shown or sent before: ${text}`);
    },
    /** Forbids this secret in all later answers. */
    addSecret(secret: string): void {
      assert(!secrets.has(secret), `the same secret twice: ${secret}`);
      secrets.add(secret);
    },
    /** Forbids a value that was sent to a person or chosen by them. It is short, so it may equal an earlier one. */
    kept(secret: string): void {
      secrets.add(secret);
    },
    /** Records an accepted one-time code. */
    accept(answer: string): void {
      assert(!accepted.has(answer), `taken twice: ${answer}`);
      accepted.add(answer);
    },
  };
}

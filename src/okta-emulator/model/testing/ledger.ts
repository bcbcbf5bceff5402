import { expect } from 'vitest';

/**
 * Keeps what may be seen once. Each secret that the machine expects has to be in the one answer it was expected in: no
 * other answer, to nobody and at no time, has any text that is one of them.
 */
export function createLedger() {
  const secrets = new Set<string>();
  const accepted = new Set<string>();

  function* texts(value: unknown): Generator<string> {
    if (typeof value === 'string') yield value;
    else if (typeof value === 'object' && value !== null) for (const one of Object.values(value)) yield* texts(one);
  }

  return {
    /** Looks through an answer, before what it may show is told. */
    look(body: unknown): void {
      for (const text of texts(body))
        expect(secrets.has(text), `an answer shows a secret that was shown or sent before: ${text}`).toBe(false);
    },
    /** From now on nothing may show this. */
    told(secret: string): void {
      expect(secrets.has(secret), `the same secret twice: ${secret}`).toBe(false);
      secrets.add(secret);
    },
    /**
     * What was sent to somebody, or chosen by them: no answer has any business with it. Numbers so short may come
     * twice.
     */
    kept(secret: string): void {
      secrets.add(secret);
    },
    /** A one-time proof that was taken. */
    accept(proof: string): void {
      expect(accepted.has(proof), `taken twice: ${proof}`).toBe(false);
      accepted.add(proof);
    },
  };
}

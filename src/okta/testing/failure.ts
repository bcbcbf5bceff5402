import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { expect } from 'vitest';
import { OktaError } from '../wire/okta-error.ts';

/** Tests search for it in output to find leaks. */
export const canary = `canary-${randomBytes(12).toString('hex')}`;

/** Also checks that the error came in time, and that no form of it contains the credential. */
export async function getFailure(call: () => Promise<unknown>): Promise<OktaError> {
  const started = performance.now();
  const error = await call().then(
    (value) => expect.fail(`no error but ${inspect(value)}`),
    (thrown: unknown) => thrown,
  );
  expect(performance.now() - started).toBeLessThan(3000);
  expect(error).toBeInstanceOf(OktaError);
  const shown = [
    JSON.stringify(error),
    String(error),
    (error as Error).stack,
    inspect(error, { depth: 20, showHidden: true }),
  ].join();
  expect(shown).not.toContain(canary);
  return error as OktaError;
}

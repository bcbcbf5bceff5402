import { expect, test } from 'vitest';
import { recordStatements } from '#testing/statements/statement-log.ts';
import { GRACE, testEnv } from '#testing/test-env.ts';
import { said } from '#testing/visitor.ts';

const env = await testEnv();

/** On a shared database, each statement costs time. */
const MOST = 25;

test(`a click on Remove takes at most ${MOST} statements`, async () => {
  const { store, ...portal } = await env.fresh({ app: { mailer: null } });
  const grace = await portal.signedIn(GRACE);
  const [{ id: factorId }] = (await grace.call('listFactors')).body.factors;
  await portal.stepUp(grace, `remove:${factorId}`, 3);
  const headers = { 'idempotency-key': 'a-key-of-this-click-0123456789abcdefghijkl' };
  const statements = await recordStatements(store as never, async () =>
    expect(said(await grace.call('deleteFactor', { factorId }, { headers }))).toBe('204'),
  );
  expect(statements.length, statements.join('\n')).toBeLessThanOrEqual(MOST);
  // The removal did happen.
  expect(await store.selectFrom('outbox').select('address').execute()).not.toEqual([]);
});

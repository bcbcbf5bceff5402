import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { ANNIE, GRACE, testEnv } from '#testing/test-env.ts';
import { getEndpoint } from '#contract/all.ts';
import { said } from '#testing/visitor.ts';
import { parseInput } from '../../../http/endpoints/input.ts';
import { signInAgent } from '../testing/agent-fixture.ts';
import { personId } from '../testing/helpdesk-fixture.ts';

const env = await testEnv();

test('no text of staff but the ticket takes a code or a number, and what was refused is in no log', async () => {
  const portal = await env.fresh();
  const { visitor } = await signInAgent(portal, ANNIE);
  const grace = await personId(portal, GRACE);
  const text = 'Her code is 123 456, phone +1 555 010 9988';
  const reset = { factorIds: 'all', reason: 'lost', ticket: 'INC-1234567', note: text };
  const { factorIds: _all, ...unfreeze } = reset;
  const { reason: _lost, ...unlock } = unfreeze;
  const id = 'A'.repeat(16);
  const calls: [Parameters<typeof visitor.call>[0], Record<string, string>, object][] = [
    ['resetMethods', { userId: grace }, reset],
    ['unfreeze', { userId: grace }, unfreeze],
    ['unlock', { userId: grace }, unlock],
    ['decideApproval', { id }, { decision: 'deny', reason: 'other', note: text }],
  ];
  for (const [name, params, body] of calls) {
    expect([name, said(await visitor.call(name, params, { body }))]).toEqual([name, '400 bad_request']);
    const fault = (() => {
      try {
        return parseInput(getEndpoint(name), { params, query: undefined, body });
      } catch (error) {
        return error;
      }
    })();
    expect(inspect(fault, { depth: 20, showHidden: true })).not.toMatch(/123 456|555 010/);
    const without = JSON.parse(JSON.stringify(body).replace(text, 'She lost it.')) as object;
    expect([name, said(await visitor.call(name, params, { body: without }))]).not.toEqual([name, '400 bad_request']);
  }
  const log = await portal.store.selectFrom('audit_log').selectAll().execute();
  expect(JSON.stringify(log)).not.toMatch(/123 456|555 010/);
});

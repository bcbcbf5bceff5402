import { pino } from 'pino';
import { beforeEach, describe, expect, test } from 'vitest';
import { said } from '#testing/visitor.ts';
import { env, grace, hedy, openDesk, portal } from '../testing/desk.ts';

const alarms: unknown[] = [];
const logger = pino({ level: 'silent' }, { write: (line: string) => void alarms.push(JSON.parse(line)) });
beforeEach(async () => {
  alarms.length = 0;
  await openDesk({ logger });
});

describe('[S9] sessions that the org did not end', () => {
  const MINUTE = 60;
  const tasks = () => portal.store.selectFrom('tasks').select('tries').where('kind', '=', 'revoke').execute();
  const revocations = async () =>
    (await env.takeRequests()).filter(({ path }) => path.endsWith('/sessions')).map(({ status }) => status);
  /** Returns the minutes in which the portal called Okta. */
  async function asksWithin(minutes: number): Promise<number[]> {
    const at: number[] = [];
    for (let minute = 1; minute <= minutes; minute += 1) {
      env.advance(MINUTE);
      await portal.app.reconcile();
      for (const _ of await revocations()) at.push(minute);
    }
    return at;
  }

  test('are ended later, after 1, 2 and 4 minutes, and then no longer pending', async () => {
    await env.fault({ match: 'DELETE /api/v1/users/*/sessions', times: 3, status: 500 });
    expect(said(await hedy.reset(grace))).toBe('200');
    await revocations();
    expect(await asksWithin(20)).toEqual([1, 3, 7]);
    expect(await tasks()).toEqual([]);
  });

  test('are retried less and less often, down to once an hour, and raise one alarm at the third refusal', async () => {
    await env.fault({ match: 'DELETE /api/v1/users/*/sessions', times: 1000, status: 403 });
    expect(said(await hedy.reset(grace))).toBe('200');
    await revocations();
    expect([await asksWithin(2), alarms]).toEqual([[1], []]);
    expect(await asksWithin(1)).toEqual([1]);
    expect(alarms).toEqual([
      expect.objectContaining({ alarm: 'revocation_refused', subject: grace, details: { refusals: 3 } }),
    ]);
    expect(await asksWithin(60)).toEqual([4, 12, 28, 60]);
    expect(await asksWithin(240)).toEqual([60, 120, 180, 240]);
    expect(alarms).toHaveLength(1);
  });

  test('are no longer pending when the org no longer knows the person', async () => {
    await env.fault({ match: 'DELETE /api/v1/users/*/sessions', times: 5, status: 404 });
    expect(said(await hedy.reset(grace))).toBe('200');
    expect(await tasks()).toEqual([]);
  });

  test('are retried each minute while the org is unreachable, which counts as no refusal', async () => {
    await env.fault({ match: 'DELETE /api/v1/users/*/sessions', times: 1000, cut: 'before' });
    expect(said(await hedy.reset(grace))).toBe('200');
    for (let minute = 0; minute < 4; minute += 1) {
      env.advance(MINUTE);
      await portal.app.reconcile();
    }
    expect(await tasks()).toEqual([{ tries: 0 }]);
    await env.clearFaults();
    env.advance(MINUTE);
    await portal.app.reconcile();
    expect(await tasks()).toEqual([]);
  });
});

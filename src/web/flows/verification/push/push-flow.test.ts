// @vitest-environment node
import { describe, expect, it } from 'vitest';
import type { Transaction } from '#contract/endpoints.ts';
import { pushFlow, type PushEvent, type PushState } from './push-flow.ts';

const expiresAt = '2026-01-01T00:05:00Z';
const push = { transactionId: 'v2mst.abcdefgh', expiresAt, number: 42 };
const states = {
  ready: { at: 'ready' },
  sending: { at: 'sending' },
  waiting: { at: 'waiting', push },
  approved: { at: 'approved' },
  denied: { at: 'denied' },
  'timed-out': { at: 'timed-out' },
  cancelled: { at: 'cancelled' },
  failed: { at: 'failed', error: new Error('x') },
} satisfies Record<PushState['at'], PushState>;
const answered = (factorResult: Transaction['factorResult'], number: number | null = null): PushEvent => ({
  type: 'answered',
  transaction: { factorResult, expiresAt, number },
});
const events = {
  send: { type: 'send' },
  'sent, waiting': { type: 'sent', verified: { factorResult: 'WAITING', ...push } },
  'sent, approved at once': { type: 'sent', verified: { factorResult: 'SUCCESS' } },
  'sent, answered by something else': {
    type: 'sent',
    verified: { factorResult: 'CHALLENGE', challenge: { how: 'assert', options: { challenge: 'AA' } } },
  },
  refused: { type: 'refused', error: new Error('y') },
  WAITING: answered('WAITING', 42),
  SUCCESS: answered('SUCCESS'),
  REJECTED: answered('REJECTED'),
  TIMEOUT: answered('TIMEOUT'),
  CANCELLED: answered('CANCELLED'),
  ERROR: answered('ERROR'),
  'ran-out': { type: 'ran-out' },
  cancel: { type: 'cancel' },
} satisfies Record<string, PushEvent>;

const again = { send: 'sending' } as const;
/** An event that is not listed leaves the state unchanged. */
const leads: Record<PushState['at'], Partial<Record<keyof typeof events, PushState['at']>>> = {
  ready: again,
  sending: {
    'sent, waiting': 'waiting',
    'sent, approved at once': 'approved',
    'sent, answered by something else': 'failed',
    refused: 'failed',
  },
  waiting: {
    refused: 'failed',
    SUCCESS: 'approved',
    REJECTED: 'denied',
    TIMEOUT: 'timed-out',
    CANCELLED: 'cancelled',
    ERROR: 'failed',
    'ran-out': 'timed-out',
    cancel: 'cancelled',
  },
  approved: {},
  denied: again,
  'timed-out': again,
  cancelled: again,
  failed: again,
};

describe('every event in every state', () => {
  const table = Object.values(states).flatMap((state: PushState) =>
    (Object.keys(events) as (keyof typeof events)[]).map((name) => [state.at, name, state] as const),
  );
  it.each(table)('%s, %s', (at, name, state) => {
    const next = pushFlow(state, events[name]);
    expect(next.at).toBe(leads[at][name] ?? at);
    if (leads[at][name] === undefined) expect(next).toBe(state);
  });
});

it('takes the number when it comes later', () => {
  const early: PushState = { at: 'waiting', push: { ...push, number: null } };
  expect(pushFlow(early, answered('WAITING'))).toBe(early);
  expect(pushFlow(early, answered('WAITING', 7))).toEqual({ at: 'waiting', push: { ...push, number: 7 } });
});

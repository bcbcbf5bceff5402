// @vitest-environment node
import { describe, expect, it } from 'vitest';
import type { Factor } from '#contract/endpoints.ts';
import { ApiError } from '#contract/errors.ts';
import { NetworkError } from '../../client/network-error.ts';
import { enrollFlow, type EnrollEvent, type EnrollState } from './enroll-flow.ts';

const factor: Factor = {
  id: 'f',
  kind: 'totp',
  name: 'Authenticator app',
  status: 'PENDING_ACTIVATION',
  strength: 3,
  created: null,
};
const activation = { sharedSecret: 'SECRET', uri: 'otpauth://totp/x?secret=SECRET', expiresAt: '2026-01-01T00:10:00Z' };
const enrollment = { factorId: 'f', ...activation };
const retryAt = '2026-01-01T00:05:00Z';

const states = {
  ready: { at: 'ready' },
  starting: { at: 'starting' },
  proving: { at: 'proving', need: { purpose: 'enroll:totp', strength: 3, ways: [] } },
  scanning: { at: 'scanning', enrollment },
  activating: { at: 'activating', enrollment },
  'too-many-tries': { at: 'too-many-tries', enrollment, retryAt },
  done: { at: 'done', factor },
  expired: { at: 'expired' },
  cancelled: { at: 'cancelled' },
  already: { at: 'already' },
  failed: { at: 'failed', error: new Error('x') },
} satisfies Record<EnrollState['at'], EnrollState>;

const refused = (code: ConstructorParameters<typeof ApiError>[0], details = {}): ApiError =>
  new ApiError(code, code, details);
const events = {
  begin: { type: 'begin' },
  begun: { type: 'begun', enrolled: { factor, activation } },
  'begin-refused': { type: 'begin-refused', error: refused('internal') },
  'code-sent': { type: 'code-sent' },
  activated: { type: 'activated', factor },
  'code-refused': { type: 'code-refused', error: refused('wrong_code', { triesLeft: 3 }) },
  reopened: { type: 'reopened' },
  'ran-out': { type: 'ran-out' },
  cancel: { type: 'cancel' },
  left: { type: 'left' },
} satisfies Record<EnrollEvent['type'], EnrollEvent>;

/** Where each event leads from each state; what is not named stays where it is. */
const leads: Record<EnrollState['at'], Partial<Record<EnrollEvent['type'], EnrollState['at']>>> = {
  ready: { begin: 'starting' },
  starting: { begun: 'scanning', 'begin-refused': 'failed' },
  proving: { begin: 'starting' },
  scanning: { 'code-sent': 'activating', 'ran-out': 'expired', cancel: 'cancelled', left: 'ready' },
  activating: { activated: 'done', 'code-refused': 'scanning', cancel: 'cancelled', left: 'ready' },
  'too-many-tries': { reopened: 'scanning', 'ran-out': 'expired', cancel: 'cancelled', left: 'ready' },
  done: { begin: 'starting' },
  expired: { begin: 'starting' },
  cancelled: { begin: 'starting' },
  already: { begin: 'starting' },
  failed: { begin: 'starting' },
};

describe('every event in every state', () => {
  const table = Object.values(states).flatMap((state: EnrollState) =>
    Object.values(events).map((event: EnrollEvent) => [state.at, event.type, state, event] as const),
  );
  it.each(table)('%s, %s', (at, type, state, event) => {
    const next = enrollFlow(state, event);
    expect(next.at).toBe(leads[at][type] ?? at);
    // The secret is where it is shown, and nowhere else.
    expect(JSON.stringify(next).includes('SECRET')).toBe('enrollment' in next);
    if (leads[at][type] === undefined) expect(next).toBe(state);
  });
});

describe('a refused beginning', () => {
  const begin = (error: unknown): EnrollState => enrollFlow(states.starting, { type: 'begin-refused', error });

  it('asks for a proof', () => {
    const need = { purpose: 'enroll:totp', strength: 3, ways: [] };
    expect(begin(refused('proof_required', need))).toEqual({ at: 'proving', need });
  });
  it('says that it is there already', () => {
    expect(begin(refused('already_enrolled', { factorId: 'f' }))).toEqual({ at: 'already', factorId: 'f' });
    expect(begin(refused('already_enrolled'))).toEqual({ at: 'already' });
  });
  it('or says what went wrong', () => {
    const error = new NetworkError('offline');
    expect(begin(error)).toEqual({ at: 'failed', error });
  });
});

describe('a refused code', () => {
  const enter = (error: unknown): EnrollState => enrollFlow(states.activating, { type: 'code-refused', error });

  it('keeps the flow and counts', () => {
    expect(enter(refused('wrong_code', { triesLeft: 3 }))).toEqual({
      at: 'scanning',
      enrollment,
      problem: { id: 'code.wrong', values: { tries: 3 } },
    });
  });
  it('closes entry for a while', () => {
    expect(enter(refused('too_many_attempts', { retryAt }))).toEqual({ at: 'too-many-tries', enrollment, retryAt });
  });
  it.each(['not_found', 'proof_required', 'conflict'] as const)('is the end when %s', (code) => {
    expect(enter(refused(code))).toEqual({ at: 'expired' });
  });
  it('keeps the flow when nobody answered', () => {
    expect(enter(new NetworkError('offline'))).toMatchObject({
      at: 'scanning',
      problem: { id: 'error.network_offline' },
    });
  });
});

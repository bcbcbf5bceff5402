// @vitest-environment node
import { describe, expect, it } from 'vitest';
import type { Activation, Factor } from '#contract/endpoints.ts';
import { ApiError } from '#contract/errors.ts';
import { NetworkError } from '../../../api/client/network-error.ts';
import { endOf, enrollFlow, type EnrollEvent, type EnrollState } from './enroll-flow.ts';

const factor: Factor = {
  id: 'f',
  kind: 'totp',
  name: null,
  detail: null,
  status: 'PENDING_ACTIVATION',
  strength: 3,
  created: null,
  lastVerified: null,
};
const activation: Activation = {
  how: 'secret',
  sharedSecret: 'SECRET',
  uri: 'otpauth://totp/x?secret=SECRET',
  expiresAt: '2026-01-01T00:10:00Z',
};
const enrollment = { factor, activation };

const states = {
  ready: { at: 'ready' },
  starting: { at: 'starting' },
  'step-up': { at: 'step-up', requirement: { purpose: 'enroll:totp', strength: 3, options: [] } },
  'recovery-code': { at: 'recovery-code', why: new Error('x') },
  open: { at: 'open', enrollment },
  sending: { at: 'sending', enrollment },
  done: { at: 'done', factor },
  expired: { at: 'expired' },
  cancelled: { at: 'cancelled' },
  already: { at: 'already' },
  elsewhere: { at: 'elsewhere' },
  failed: { at: 'failed', error: new Error('x') },
} satisfies Record<EnrollState['at'], EnrollState>;

const refused = (code: ConstructorParameters<typeof ApiError>[0], details = {}): ApiError =>
  new ApiError(code, details);
const events = {
  begin: { type: 'begin' },
  begun: { type: 'begun', enrolled: { factor, activation } },
  'begin-refused': { type: 'begin-refused', error: refused('internal') },
  sent: { type: 'sent' },
  activated: { type: 'activated', factor },
  refused: { type: 'refused', error: refused('wrong_code', { triesLeft: 3 }) },
  'ran-out': { type: 'ran-out' },
  cancel: { type: 'cancel' },
  back: { type: 'back' },
  left: { type: 'left' },
} satisfies Record<EnrollEvent['type'], EnrollEvent>;

/** Where each event leads from each state; what is not named stays where it is. */
const leads: Record<EnrollState['at'], Partial<Record<EnrollEvent['type'], EnrollState['at']>>> = {
  ready: { begin: 'starting' },
  starting: { begun: 'open', 'begin-refused': 'failed' },
  'step-up': { begin: 'starting' },
  'recovery-code': { begin: 'starting' },
  open: { sent: 'sending', activated: 'done', 'ran-out': 'expired', cancel: 'cancelled', back: 'ready', left: 'ready' },
  sending: { activated: 'done', refused: 'open', cancel: 'cancelled', back: 'ready', left: 'ready' },
  done: { begin: 'starting' },
  expired: { begin: 'starting', back: 'ready' },
  cancelled: { begin: 'starting' },
  already: { begin: 'starting' },
  elsewhere: { begin: 'starting' },
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

describe('a refused start', () => {
  const begin = (error: unknown): EnrollState => enrollFlow(states.starting, { type: 'begin-refused', error });

  it('requires a step-up', () => {
    const requirement = { purpose: 'enroll:totp', strength: 3, options: [] };
    expect(begin(refused('step_up_required', requirement))).toEqual({ at: 'step-up', requirement });
  });
  it('says that the method exists already', () => {
    expect(begin(refused('already_enrolled', { factorId: 'f' }))).toEqual({ at: 'already', factorId: 'f' });
    expect(begin(refused('already_enrolled'))).toEqual({ at: 'already' });
  });
  it('says that another tab can finish it', () => {
    expect(begin(refused('open_elsewhere', { factorId: 'f' }))).toEqual({ at: 'elsewhere', factorId: 'f' });
  });
  it.each(['recovery_code_required', 'wrong_code'] as const)('asks for the recovery code: %s', (code) => {
    const why = refused(code);
    expect(begin(why)).toEqual({ at: 'recovery-code', why });
  });
  it('shows any other error', () => {
    const error = new NetworkError('offline');
    expect(begin(error)).toEqual({ at: 'failed', error });
  });
});

describe('a method that is active at once', () => {
  it('is done without another step', () => {
    const event: EnrollEvent = { type: 'begun', enrolled: { factor, activation: null } };
    expect(enrollFlow(states.starting, event)).toEqual({ at: 'done', factor });
  });
});

describe.each(['open', 'sending'] as const)('a refused activation, while %s', (at) => {
  const enter = (error: unknown): EnrollState => enrollFlow(states[at], { type: 'refused', error });

  it('stays at its step, which shows the error', () => {
    expect(enter(refused('wrong_code', { triesLeft: 3 }))).toEqual({ at: 'open', enrollment });
    expect(enter(refused('too_many_attempts', { retryAt: '2026-01-01T00:05:00Z' }))).toEqual({
      at: 'open',
      enrollment,
    });
    expect(enter(new NetworkError('offline'))).toEqual({ at: 'open', enrollment });
  });
  it.each(['not_found', 'step_up_required', 'conflict'] as const)('ends when %s', (code) => {
    expect(enter(refused(code))).toEqual({ at: 'expired' });
    expect(endOf(refused(code))).toBe('expired');
  });
  it('says that another tab was first', () => {
    const error = refused('already_enrolled', { factorId: 'f' });
    expect(enter(error)).toEqual({ at: 'already', factorId: 'f' });
    expect(endOf(error)).toBe('already');
  });

  it('says that another tab started over', () => {
    const error = refused('open_elsewhere', { factorId: 'f' });
    expect(enter(error)).toEqual({ at: 'elsewhere', factorId: 'f' });
  });
});

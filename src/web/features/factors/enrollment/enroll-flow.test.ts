// @vitest-environment node
import { describe, expect, it } from 'vitest';
import type { Activation, EnrollBody, Factor } from '#contract/endpoints.ts';
import { ApiError } from '#contract/errors.ts';
import { enrollFlow, type EnrollEvent, type EnrollState, findEnd } from './enroll-flow.ts';

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

const requirement = { purpose: 'enroll:totp', strength: 3, options: [] } as const;

const states = {
  ready: { at: 'ready' },
  starting: { at: 'starting' },
  'step-up': { at: 'step-up', requirement },
  'recovery-code': { at: 'recovery-code', why: new Error('x') },
  open: { at: 'open', enrollment },
  sending: { at: 'sending', enrollment },
  done: { at: 'done', factor },
  expired: { at: 'expired' },
  gone: { at: 'gone' },
  cancelled: { at: 'cancelled' },
  already: { at: 'already' },
  elsewhere: { at: 'elsewhere' },
  failed: { at: 'failed', error: new Error('x') },
} satisfies Record<EnrollState['at'], EnrollState>;

const refused = (code: ConstructorParameters<typeof ApiError>[0], details = {}): ApiError =>
  new ApiError(code, details);
const events = {
  begin: { type: 'begin', input: { kind: 'totp' } },
  begun: { type: 'begun', enrolled: { factor, activation } },
  'begin-refused': { type: 'begin-refused', error: refused('internal') },
  'proof-missing': { type: 'proof-missing', input: { kind: 'totp' }, requirement },
  sent: { type: 'sent' },
  activated: { type: 'activated', factor },
  refused: { type: 'refused', error: refused('wrong_code', { triesLeft: 3 }) },
  'ran-out': { type: 'ran-out' },
  cancel: { type: 'cancel' },
  back: { type: 'back' },
  left: { type: 'left' },
} satisfies Record<EnrollEvent['type'], EnrollEvent>;

/** An event that is not listed leaves the screen unchanged. */
const leads: Record<EnrollState['at'], Partial<Record<EnrollEvent['type'], EnrollState['at']>>> = {
  ready: { begin: 'starting', 'proof-missing': 'step-up' },
  starting: { begun: 'open', 'begin-refused': 'failed' },
  'step-up': { begin: 'starting', back: 'ready' },
  'recovery-code': { begin: 'starting' },
  open: { sent: 'sending', activated: 'done', 'ran-out': 'expired', cancel: 'cancelled', back: 'ready', left: 'ready' },
  sending: { activated: 'done', refused: 'open', cancel: 'cancelled', back: 'ready', left: 'ready' },
  done: { begin: 'starting' },
  expired: { begin: 'starting', back: 'ready' },
  gone: { begin: 'starting', back: 'ready' },
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
    // Only a screen with an `enrollment` contains the secret.
    expect(JSON.stringify(next).includes('SECRET')).toBe('enrollment' in next);
    if (leads[at][type] === undefined) expect(next).toBe(state);
  });
});

describe('an input', () => {
  const input: EnrollBody = { kind: 'question', question: 'first_award', answer: 'ANSWER' };
  const starting = enrollFlow({ at: 'ready' }, { type: 'begin', input });

  it('stays for a correction, also after a failed start', () => {
    for (const event of [events['begin-refused'], events.begun]) {
      const next = enrollFlow(starting, event);
      expect(enrollFlow(next, events.back)).toMatchObject({ input });
    }
  });

  it.each(['activated', 'cancel', 'left'] as const)('is forgotten by %s', (type) => {
    const next = enrollFlow(enrollFlow(starting, events.begun), events[type]);
    expect(JSON.stringify(next)).not.toContain('ANSWER');
  });

  it('is forgotten when the method is active at once, and when the page is left before the answer', () => {
    expect(enrollFlow(starting, { type: 'begun', enrolled: { factor, activation: null } })).toMatchObject({
      at: 'done',
      input: undefined,
    });
    expect(enrollFlow(starting, events.left)).toMatchObject({ at: 'starting', input: undefined });
  });
});

it('starts over once it has shown an enrollment, or when asked to', () => {
  const begin = (state: EnrollState) => enrollFlow(state, events.begin).startsOver;
  const shown = enrollFlow(enrollFlow(enrollFlow({ at: 'ready' }, events.begin), events.begun), events.back);
  expect([begin({ at: 'ready' }), begin({ at: 'elsewhere' }), begin(shown)]).toEqual([undefined, undefined, true]);
  expect(enrollFlow({ at: 'elsewhere' }, { ...events.begin, startsOver: true }).startsOver).toBe(true);
});

it.each(['not_found', 'forbidden'] as const)('%s: another session has started over or discarded it', (code) => {
  expect(findEnd(new ApiError(code))).toBe('gone');
});

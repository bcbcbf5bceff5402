// @vitest-environment node
import { expect, it } from 'vitest';
import { keyFlow, type KeyEvent, type KeyState } from './key-flow.ts';

const error = new Error('x');
const states = {
  ready: { at: 'ready' },
  asking: { at: 'asking' },
  touching: { at: 'touching' },
  sending: { at: 'sending' },
  verified: { at: 'verified' },
} satisfies Record<KeyState['at'], KeyState>;
const events: readonly KeyEvent[] = [
  { type: 'ask' },
  { type: 'asked' },
  { type: 'touch' },
  { type: 'signed' },
  { type: 'accepted' },
  { type: 'refused', error },
];
/** Where each event leads from each state; what is not named stays as it is. */
const leads: Record<KeyState['at'], Partial<Record<KeyEvent['type'], KeyState>>> = {
  ready: { ask: states.asking, touch: states.touching },
  asking: { asked: states.ready, refused: { at: 'ready', problem: error } },
  touching: { signed: states.sending, refused: { at: 'ready', problem: error } },
  sending: { accepted: states.verified, refused: { at: 'ready', problem: error } },
  verified: {},
};
const table = Object.values(states).flatMap((state: KeyState) =>
  events.map((event) => [state.at, event.type, state, event] as const),
);
it.each(table)('%s, %s', (at, type, state, event) => expect(keyFlow(state, event)).toEqual(leads[at][type] ?? state));

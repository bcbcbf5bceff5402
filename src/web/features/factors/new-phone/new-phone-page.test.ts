import { cleanup } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';
import type { MovingMethod } from '#contract/endpoints.ts';
import { fakeEdge, reply } from '../../../testing/edge.ts';
import { openPage } from '../../../testing/hydrate.tsx';
import { moving, pageRequest } from '../../../testing/person.ts';

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const off = moving.plan!.methods[0]!;
/** What the plan says of one method, and where its first act leads. */
async function planned(method: Partial<MovingMethod>): Promise<{ act: string | null; text: string }> {
  fakeEdge(() => reply(500));
  const newPhone = { ...moving, plan: { ...moving.plan!, methods: [{ ...off, ...method }] } };
  await openPage(pageRequest('/new-phone', { answers: { newPhone } }));
  const [act] = document.querySelectorAll('.row-more .actions a');
  const seen = { act: act?.getAttribute('href') ?? null, text: document.body.textContent ?? '' };
  cleanup();
  return seen;
}

test('a method that is gone goes on as a new one, whoever removed the old one', async () => {
  // The helpdesk may have reset it, or its owner removed it: then no replacement is known.
  expect((await planned({})).act).toBe('/add/totp?plan');
  expect((await planned({ kind: 'sms' })).act).toBe('/add/sms?plan');
  expect((await planned({ kind: 'webauthn', way: 'add' })).act).toBe('/add/webauthn?plan');
});

test('a kind that is added at Okta leads to no page that is not there', async () => {
  expect((await planned({ kind: 'duo', way: 'okta' })).act).toBe('/add');
});

test('what is on no phone is not said to be managed at Okta', async () => {
  const question = { kind: 'question', way: 'okta', state: 'open' } as const;
  const { act, text } = await planned(question);
  expect([act, text.includes('managed at Okta')]).toEqual([`/methods/${off.factorId}/test?plan`, false]);
  expect((await planned({ ...question, kind: 'duo' })).text).toContain('managed at Okta');
});

import { cleanup, fireEvent, screen, waitFor } from '@testing-library/react';
import { expect, test } from 'vitest';
import type { MovingMethod } from '#contract/endpoints.ts';
import { fakeEdge, reply } from '../../../testing/edge.ts';
import { openPage } from '../../../testing/hydrate.tsx';
import { home, moving, pageRequest } from '../../../testing/person.ts';

const off = moving.plan!.methods[0]!;
/** What the plan says of one method, and where its first act leads. */
async function planned(method: Partial<MovingMethod>): Promise<{ action: string | null; text: string }> {
  fakeEdge(() => reply(500));
  const newPhone = { ...moving, plan: { ...moving.plan!, methods: [{ ...off, ...method }] } };
  await openPage(pageRequest('/new-phone', { answers: { newPhone } }));
  const [action] = document.querySelectorAll('.row-more .actions a');
  const seen = { action: action?.getAttribute('href') ?? null, text: document.body.textContent ?? '' };
  cleanup();
  return seen;
}

test('a method that is gone goes on as a new one, whoever removed the old one', async () => {
  // The helpdesk may have reset it, or its owner removed it: then no replacement is known.
  expect((await planned({})).action).toBe('/add/totp?plan');
  expect((await planned({ kind: 'sms' })).action).toBe('/add/sms?plan');
  expect((await planned({ kind: 'webauthn', way: 'add' })).action).toBe('/add/webauthn?plan');
});

test('a kind that is added at Okta leads to no page that is not there', async () => {
  expect((await planned({ kind: 'token', way: 'okta' })).action).toBe('/add');
});

test('what is on no phone is not said to be managed at Okta', async () => {
  const question = { kind: 'question', way: 'okta', state: 'open' } as const;
  const { action, text } = await planned(question);
  expect([action, text.includes('managed at Okta')]).toEqual([`/methods/${off.factorId}/test?plan`, false]);
  expect((await planned({ ...question, kind: 'token' })).text).toContain('managed at Okta');
});

test('what nobody here could see move is named beside the list', async () => {
  fakeEdge(() => reply(500));
  const newPhone = { ...moving, plan: null, elsewhere: [{ kind: 'duo', name: null } as const] };
  await openPage(pageRequest('/new-phone', { answers: { newPhone } }));
  expect(document.body.textContent).toContain('Not in this list: Duo Security. Move it where you set it up.');
});

test('whoever opened the questions by mistake goes back to the plan, and nothing was sent', async () => {
  const sent = fakeEdge(() => reply(500));
  await openPage(pageRequest('/new-phone', { answers: { newPhone: moving } }));
  fireEvent.click(screen.getByRole('button', { name: 'Change the answers' }));
  fireEvent.click(await screen.findByRole('button', { name: 'Keep the plan as it is' }));
  expect(screen.getByText('The old one is off, and no new one works yet.')).toBeDefined();
  expect(sent.filter(({ method }) => method !== 'GET')).toEqual([]);
});

test('says first that the helpdesk is needed where only weaker methods work without a lost phone', async () => {
  const { methods } = moving;
  const told = async (phone: 'works' | 'lost', all: typeof methods): Promise<boolean> => {
    fakeEdge(() => reply(500));
    const plan = { ...moving.plan!, phone, methods: [{ ...off, state: 'open' as const }] };
    await openPage(pageRequest('/new-phone', { answers: { newPhone: { plan, methods: all, elsewhere: [] } } }));
    const said = screen.queryByText('Your strongest methods were on the old phone') !== null;
    cleanup();
    return said;
  };
  const [app, strong] = methods;
  const weak = { ...strong!, factor: { ...strong!.factor, strength: 2 as const } };
  expect(await told('lost', [app!, weak])).toBe(true);
  expect(await told('works', [app!, weak])).toBe(false);
  expect(await told('lost', [app!, strong!])).toBe(false);
});

test.each([
  ['leads to the helpdesk where nothing as strong works without it', 'lost', { spare: false }, 2, '/get-help'],
  ['moves an app by another method that is as strong', 'lost', {}, 4, `/add/totp?replaces=${off.factorId}`],
  ['moves an app while the old phone works', 'works', {}, 2, `/add/totp?replaces=${off.factorId}`],
  ['needs no number that was in the lost phone', 'stolen', { kind: 'sms' }, 4, undefined],
  ['tests a number while the old phone works', 'works', { kind: 'sms' }, 4, `/methods/${off.factorId}/test?plan`],
  ['needs nothing on the lost phone that Okta manages', 'lost', { kind: 'token', way: 'okta' }, 4, undefined],
] as const)('the green button %s', async (_, phone, method, strength, to) => {
  fakeEdge(() => reply(500));
  const [app, strong] = moving.methods;
  const plan = { ...moving.plan!, phone, methods: [{ ...off, state: 'open' as const, ...method }] };
  const methods = [app!, { ...strong!, factor: { ...strong!.factor, strength } }];
  await openPage(pageRequest('/new-phone', { answers: { newPhone: { plan, methods, elsewhere: [] } } }));
  const green = [...document.querySelectorAll('main .primary')];
  expect(green.map((one) => one.getAttribute('href'))).toEqual(to === undefined ? [] : [to]);
});

test('the plan has the focus once the questions are answered, and not before', async () => {
  fakeEdge(({ path }) => reply(200, path.endsWith('new-phone') ? moving : { sessions: [] }));
  await openPage(pageRequest('/new-phone', { answers: { newPhone: moving } }));
  expect(document.activeElement).toBe(document.body);
  fireEvent.click(screen.getByRole('button', { name: 'Change the answers' }));
  fireEvent.click(await screen.findByRole('button', { name: 'It’s lost or broken' }));
  await screen.findByText('The old one is off, and no new one works yet.');
  await waitFor(() => expect(document.activeElement).toBe(screen.getByRole('heading', { level: 1 })));
});

test('with no method ticked the answers stay, and say what is missing; a stolen phone needs none', async () => {
  const sent = fakeEdge(() => reply(500));
  await openPage(pageRequest('/new-phone'));
  for (const box of screen.getAllByRole<HTMLInputElement>('checkbox')) if (box.checked) fireEvent.click(box);
  fireEvent.click(screen.getByRole('button', { name: 'It’s lost or broken' }));
  expect(screen.getByRole('alert').textContent).toBe('Choose at least one method above.');
  expect(sent.filter(({ method }) => method !== 'GET')).toEqual([]);
  fireEvent.click(screen.getByRole('button', { name: 'It was stolen' }));
  expect(await screen.findByRole('heading', { name: 'My phone was stolen' })).toBeDefined();
});

test('a plan is deleted only after a question, and the next page says so', async () => {
  const sent = fakeEdge(({ method, path }) =>
    method !== 'GET' ? reply(204) : reply(200, path.endsWith('home') ? home : moving),
  );
  await openPage(pageRequest('/new-phone', { answers: { newPhone: moving } }));
  fireEvent.click(screen.getByRole('button', { name: 'Delete this plan' }));
  expect(screen.getByText('Delete the plan?')).toBeDefined();
  expect(sent.filter(({ method }) => method !== 'GET')).toEqual([]);
  fireEvent.click(screen.getByRole('button', { name: 'Delete this plan' }));
  expect(await screen.findAllByText('The plan is deleted. That changed none of your methods.')).not.toEqual([]);
});

import { screen, waitFor } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { beforeEach, expect, test } from 'vitest';
import type { Factor } from '#contract/endpoints.ts';
import { fakeEdge, refusal, reply, type Sent } from '../../../testing/edge.ts';
import { openPage } from '../../../testing/hydrate.tsx';
import { home, key, pageRequest, totp } from '../../../testing/person.ts';
import { saveInterruptedAction } from '../../../flows/step-up/interrupted-action.ts';

const app: Factor = { ...totp, name: null, location: 'phone' };
const number: Factor = { ...app, id: '00f000000000000000s1', kind: 'sms', detail: '•••• 0160', strength: 2 };
const verify: Factor = { ...app, id: '00f000000000000000v1', kind: 'okta-verify' };
const away: Factor = { ...key, location: 'apart' };
const option = { ...totp, id: undefined, factorId: '00f000000000000000x1', type: 'factor', verificationType: 'code' };

beforeEach(() => sessionStorage.clear());

const says = (text: string) => waitFor(() => expect(document.querySelector('main')!.textContent).toContain(text));

/**
 * The person has three methods on the phone. `served`: ids that a step-up already covers. `ends`: the server's answers
 * to removals.
 */
async function open({
  served = [],
  ends = {},
  isReachable = true,
  proves = (ids) => ids,
}: {
  served?: string[];
  ends?: Record<string, () => Response>;
  /** The server can read the methods again. */
  isReachable?: boolean;
  /** Which ids of the purpose a code covers. */
  proves?: (ids: string[]) => string[];
} = {}) {
  const proven = new Set(served);
  const gone = new Set<string>();
  const asked: string[] = [];
  const listed = (): Factor[] => [app, number, verify, away].filter(({ id }) => !gone.has(id));
  const answer = ({ method, path, body }: Sent): Response => {
    const id = path.split('/')[3] ?? '';
    if (path.endsWith('/verify')) {
      const { purpose } = body as { purpose: string };
      for (const one of proves(purpose.slice('remove:'.length).split(','))) proven.add(one);
      return reply(200, { factorResult: 'SUCCESS' });
    }
    if (path === '/api/home' && !isReachable) return reply(503, refusal('org_unavailable'));
    if (method !== 'DELETE')
      return reply(200, path === '/api/home' ? { ...home, factors: listed() } : { sessions: [] });
    const end = ends[id]?.() ?? reply(204);
    if (end.status === 204) gone.add(id);
    return end;
  };
  const sent = fakeEdge(answer, (purpose) => {
    asked.push(purpose);
    const lacking = purpose
      .slice('remove:'.length)
      .split(',')
      .filter((id) => !proven.has(id) && !gone.has(id));
    if (lacking.length === 0) return null;
    return {
      purpose: `remove:${lacking.join(',')}`,
      strength: 3,
      options: [option, { type: 'okta', href: '/auth/step-up?a=b' }],
    };
  });
  await openPage(pageRequest('/stolen-phone', { answers: { home: { ...home, factors: listed() }, sessions: [] } }));
  const user = userEvent.setup();
  return {
    user,
    asked,
    verified: () => sent.filter(({ path }) => path.endsWith('/verify')).map(({ body }) => body),
    removed: () => sent.filter(({ method }) => method === 'DELETE').map(({ path }) => path.split('/')[3]),
    press: (name: string) => user.click(screen.getByRole('button', { name })),
    async prove() {
      await user.type(await screen.findByLabelText('Code'), '123456');
      await user.click(screen.getByRole('button', { name: 'Confirm' }));
    },
  };
}

test.each([true, false])('one proof removes all that are ticked, and says so of each: %s', async (isReachable) => {
  const { press, prove, removed, verified } = await open({ isReachable });
  expect(screen.getAllByRole<HTMLInputElement>('checkbox').map(({ checked }) => checked)).toEqual([true, true, true]);
  await press('Remove these 3');
  expect(removed()).toEqual([]);
  await says('below, before you freeze.');
  await prove();
  await says('Okta Verify is removed.');
  const ids = [app.id, number.id, verify.id];
  expect(verified()).toEqual([{ passCode: '123456', purpose: `remove:${ids.join(',')}` }]);
  expect(removed()).toEqual(ids);
  for (const said of ['Your authenticator app is removed.', 'Text messages to •••• 0160 are removed.'])
    expect(document.querySelector('main')!.textContent).toContain(said);
  await says('As far as we know, none of your methods is on the phone.');
  expect(screen.queryByRole('checkbox')).toBeNull();
  expect(document.querySelector('main')!.textContent).not.toContain('below, before you freeze.');
});

test('what is unticked is neither named nor removed; another tick closes the proof', async () => {
  const { user, press, prove, removed, asked } = await open();
  const box = screen.getByRole('checkbox', { name: /^Text message/ });
  await user.click(box);
  await press('Remove these 2');
  await screen.findByLabelText('Code');
  await user.click(box);
  expect(screen.queryByLabelText('Code')).toBeNull();
  await user.click(box);
  await press('Remove these 2');
  await prove();
  await says('Okta Verify is removed.');
  expect(removed()).toEqual([app.id, verify.id]);
  expect(asked.every((purpose) => !purpose.includes(number.id))).toBe(true);
  await user.click(box);
  await screen.findByRole('button', { name: 'Remove this one' });
});

test('what failed is named, stays in the list, and the others go on', async () => {
  const { press, prove, removed } = await open({ ends: { [number.id]: () => reply(409, refusal('required_factor')) } });
  await press('Remove these 3');
  await prove();
  await says('Okta Verify is removed.');
  screen.getByText('Your organisation requires this method, so it can’t be removed.');
  expect(removed()).toEqual([app.id, number.id, verify.id]);
  await waitFor(() => expect(screen.getAllByRole('checkbox')).toHaveLength(1));
  screen.getByRole('checkbox', { name: /^Text message/ });
});

test('a freeze in between stops it', async () => {
  const { press, prove, removed } = await open({ ends: { [number.id]: () => reply(403, refusal('frozen')) } });
  await press('Remove these 3');
  await prove();
  await says('Your authenticator app is removed.');
  await says('Changes to this account are frozen. Your helpdesk can unfreeze it.');
  expect(removed()).toEqual([app.id, number.id]);
});

test('back from a sign-in at Okta that served one, it removes that and asks again for the others that were named', async () => {
  saveInterruptedAction(`remove:${app.id},${verify.id}`);
  const { prove, removed, verified } = await open({ served: [app.id] });
  await says('Your authenticator app is removed.');
  expect(removed()).toEqual([app.id]);
  expect(screen.getAllByRole<HTMLInputElement>('checkbox').map(({ checked }) => checked)).toEqual([false, true]);
  await prove();
  await says('Okta Verify is removed.');
  expect(verified()).toEqual([{ passCode: '123456', purpose: `remove:${verify.id}` }]);
  expect(removed()).toEqual([app.id, verify.id]);
});

import { screen } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import { headers } from '#contract/endpoints.ts';
import { fakeEdge, reply } from '../../../testing/edge.ts';
import { openPage } from '../../../testing/hydrate.tsx';
import { home, pageRequest } from '../../../testing/person.ts';

test('a question of the helpdesk that comes later shows, by calls that do not keep the session alive', async () => {
  // Only the page's polling is faked: rendering and fetching need the real timers.
  vi.useFakeTimers({ shouldAdvanceTime: true, toFake: ['setInterval', 'clearInterval'] });
  const sent = fakeEdge(({ path }) => (path === '/api/home' ? reply(200, { ...home, questions: ['q'] }) : reply(500)));
  await openPage(pageRequest('/'));
  expect(screen.queryByText('Did you call the helpdesk?')).toBeNull();
  await vi.advanceTimersByTimeAsync(31_000);
  expect(await screen.findByRole('heading', { level: 1, name: 'Did you call the helpdesk?' })).toBeDefined();
  expect(sent.filter(({ path }) => path === '/api/home').map((one) => one.headers.get(headers.poll))).toEqual(['1']);
  vi.useRealTimers();
});

import { screen, waitFor } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, expect, test, vi } from 'vitest';
import { fakeEdge, reply } from '../../testing/edge.ts';
import { openPage } from '../../testing/hydrate.tsx';
import { pageRequest, settings } from '../../testing/person.ts';

afterEach(() => void vi.restoreAllMocks());

const languages: typeof settings.languages = ['en', 'de'];

test.each([
  ['/sessions?lang=en', 204, '/sessions'],
  // Without its query, the page of a replacement would add a second method.
  ['/add/sms?replaces=00f000000000000000x1&lang=en', 204, '/add/sms?replaces=00f000000000000000x1'],
  ['/add/sms?replaces=00f000000000000000x1', 503, '?replaces=00f000000000000000x1&lang=de'],
  // A browser reads a path that begins with two slashes as another site.
  ['//evil.example/x', 204, '/'],
  ['//evil.example/x', 503, '?lang=de'],
])('a choice of language on %s, answered by %i, leads to %s', async (url, status, next) => {
  fakeEdge(() => reply(status));
  const replace = vi.spyOn(window.location, 'replace').mockImplementation(() => undefined);
  const { recovered } = await openPage({ ...pageRequest(url), settings: { ...settings, languages } });
  await userEvent.click(screen.getByRole('link', { name: 'Deutsch' }));
  await waitFor(() => expect(replace).toHaveBeenCalled());
  expect(replace.mock.calls).toEqual([[next]]);
  expect(recovered).toEqual([]);
});

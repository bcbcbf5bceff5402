import { screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import { openPage } from '../../testing/hydrate.tsx';
import { pageRequest } from '../../testing/person.ts';

test('offers the ways to step up for a purpose', async () => {
  await openPage(pageRequest('/step-up?purpose=sessions&returnTo=%2Fsessions'));
  expect(screen.getByRole('link', { name: /^Sign in at Okta again/ })).toBeDefined();
});

test.each(['/step-up', '/step-up?purpose=drop%3AAAAAAAAAAAAAAAAAAAAA', '/step-up?purpose=sessions%3A'])(
  'sends whoever has the address of another version back to the start: %s',
  async (path) => {
    await openPage(pageRequest(path));
    expect(document.body.textContent).toContain('Latchkey has changed since this page was opened.');
    expect(screen.queryByRole('link', { name: /^Sign in at Okta again/ })).toBeNull();
  },
);

import { screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import { openPage } from '../../testing/hydrate.tsx';
import { pageRequest } from '../../testing/person.ts';

test('offers the ways to step up for a purpose', async () => {
  await openPage(pageRequest('/step-up?purpose=sessions&returnTo=%2Fsessions'));
  expect(screen.getByRole('link', { name: /^Sign in at Okta again/ })).toBeDefined();
});

test.each(['/step-up', '/step-up?purpose=drop%3AAAAAAAAAAAAAAAAAAAAA', '/step-up?purpose=sessions%3A'])(
  'leads whoever has the address of another version to where they start again: %s',
  async (path) => {
    await openPage(pageRequest(`${path}${path.includes('?') ? '&' : '?'}returnTo=%2Fsessions`));
    expect(screen.getByRole('link', { name: 'Start again' }).getAttribute('href')).toBe('/sessions');
    expect(document.body.textContent).not.toContain('Reload it');
    expect(screen.queryByRole('link', { name: /^Sign in at Okta again/ })).toBeNull();
  },
);

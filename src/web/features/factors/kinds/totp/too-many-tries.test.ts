import { screen, waitFor } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import { fakeEdge, refusal, reply } from '../../../../testing/edge.ts';
import { openPage } from '../../../../testing/hydrate.tsx';
import { pageRequest, unfinished } from '../../../../testing/person.ts';

const activation = {
  how: 'secret',
  sharedSecret: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP',
  uri: 'otpauth://totp/Meridian:ada?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP',
  expiresAt: '2026-03-10T12:10:00.000Z',
};

test('too many tries block the field with a countdown; then it is unblocked', async () => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  const sent = fakeEdge(({ path }) =>
    path.endsWith('/activate')
      ? reply(429, refusal('too_many_attempts', { retryAt: '2026-03-10T12:05:00.000Z' }))
      : reply(201, { factor: unfinished, activation }),
  );
  const user = userEvent.setup({ advanceTimers: (time) => vi.advanceTimersByTime(time) });
  await openPage(pageRequest('/add/totp'));
  await user.click(screen.getByRole('button', { name: 'Show the QR code' }));
  const field = await screen.findByRole<HTMLInputElement>('textbox', { name: 'Code' });
  await user.type(field, '000000{Enter}');

  const timer = await screen.findByRole('timer');
  expect(timer.textContent).toMatch(/^(?:5:00|4:5\d)$/);
  expect(field.disabled).toBe(true);
  const wait = timer.closest('p')!;
  expect(wait.textContent).toMatch(/^Too many tries\. You can try again in \d:\d\d\./);
  expect(field.getAttribute('aria-describedby')!.split(' ')).toContain(wait.id);
  await waitFor(() => expect(document.activeElement).toBe(wait));
  expect(screen.queryByRole('button', { name: 'Turn on' })).toBeNull();

  await vi.advanceTimersByTimeAsync(60_000);
  await waitFor(() => expect(timer.textContent).toMatch(/^(?:4:00|3:5\d)$/));
  expect(field.disabled).toBe(true);
  await vi.advanceTimersByTimeAsync(240_000);
  await waitFor(() => expect(field.disabled).toBe(false));
  expect(screen.getByRole('button', { name: 'Turn on' })).toBeDefined();
  expect(screen.getByRole('status').textContent).toBe('You can try again now.');
  expect(screen.getByRole('img', { name: /QR code/ })).toBeDefined();
  expect(sent.filter(({ path }) => path.endsWith('/activate'))).toHaveLength(1);
});

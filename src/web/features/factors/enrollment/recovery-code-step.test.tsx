import { screen, waitFor } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { expect, test } from 'vitest';
import { fakeEdge, refusal, reply } from '../../../testing/edge.ts';
import { mountScreen } from '../../../testing/screen.tsx';
import { totp, unfinished } from '../../../testing/person.ts';
import { autoStart } from './auto-start.ts';
import EnrollTotp from '../kinds/totp/enroll.tsx';

const at = { pathname: '/add/totp', state: autoStart };
const enrolled = {
  factor: { ...totp, status: unfinished.status },
  activation: {
    how: 'secret',
    sharedSecret: 'KZXW6YTB',
    uri: 'otpauth://totp/x?secret=KZXW6YTB',
    expiresAt: new Date(Date.now() + 600_000).toISOString(),
  },
};

test('adding the first method after a reset asks for the recovery code, shows a wrong one’s error, and continues', async () => {
  const answers = [
    reply(403, refusal('recovery_code_required', { rule: 'needed' })),
    reply(403, refusal('wrong_code')),
    reply(200, enrolled),
  ];
  const sent = fakeEdge(({ path }) => (path === '/api/factors' ? answers.shift()! : reply(200, { sessions: [] })));
  const user = userEvent.setup();
  mountScreen(<EnrollTotp />, { at });
  const field = await screen.findByRole<HTMLInputElement>('textbox', { name: 'Recovery code' });
  expect(field.value).toBe('');
  await user.click(screen.getByRole('button', { name: 'Continue' }));
  const told = () => document.querySelector('.error')?.textContent;
  expect(told()).toBe('Enter the recovery code.');
  // The page itself finds a mistyped code, and keeps the code in the field for correction.
  await user.type(field, 'BFHK-MQRW-XY23{Enter}');
  expect(told()).toMatch(/it has 16 letters and digits/);
  expect(field.value).toBe('BFHK-MQRW-XY23');
  await user.clear(field);
  await user.type(field, 'bfhk-2345 bfhk 2345{Enter}');
  await waitFor(() =>
    expect(document.querySelector('.error')?.textContent).toBe(
      'That code didn’t match. Use the newest one that you got.',
    ),
  );
  // The field keeps its text and takes the focus after the server refused the code.
  expect(screen.getByRole<HTMLInputElement>('textbox', { name: 'Recovery code' }).value).toBe('bfhk-2345 bfhk 2345');
  await waitFor(() => expect(document.activeElement).toBe(screen.getByRole('textbox', { name: 'Recovery code' })));
  await user.clear(field);
  await user.type(field, 'MQRW6723MQRW6723{Enter}');
  await screen.findByText('Can’t scan? Type this key:');
  const inputs = sent.filter(({ path }) => path === '/api/factors').map(({ body }) => body);
  expect(inputs).toEqual([
    { kind: 'totp' },
    { kind: 'totp', recoveryCode: 'bfhk-2345 bfhk 2345' },
    { kind: 'totp', recoveryCode: 'MQRW6723MQRW6723' },
  ]);
});

test.each([
  ['over', 'has expired'],
  ['used', 'used in another browser'],
])('a recovery code that is %s hides the field, and says who helps', async (rule, words) => {
  fakeEdge(() => reply(403, refusal('recovery_code_required', { rule })));
  mountScreen(<EnrollTotp />, { at });
  await waitFor(() => expect(document.body.textContent).toContain(words));
  expect(screen.queryByRole('textbox')).toBeNull();
  expect(screen.getByRole('link', { name: 'If you can’t get in' }).getAttribute('href')).toBe('/get-help');
});

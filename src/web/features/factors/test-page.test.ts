import { screen } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { expect, test } from 'vitest';
import { fakeEdge, refusal, reply } from '../../testing/edge.ts';
import { openPage } from '../../testing/hydrate.tsx';
import { pageRequest, totp } from '../../testing/person.ts';

test('after the second wrong code of an app, says how to set the phone’s clock', async () => {
  fakeEdge(() => reply(400, refusal('wrong_code')));
  await openPage(pageRequest(`/methods/${totp.id}/test`));
  const user = userEvent.setup();
  const enter = async (code: string): Promise<void> => {
    await user.clear(screen.getByLabelText('Code'));
    await user.type(screen.getByLabelText('Code'), `${code}{Enter}`);
  };
  await enter('123456');
  await screen.findAllByText(/That code didn’t match/);
  expect(screen.queryByText(/^Codes depend on the time/)).toBeNull();
  await enter('654321');
  expect(await screen.findByText(/^Codes depend on the time/)).toBeDefined();
});

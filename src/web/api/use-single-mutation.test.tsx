import { act, cleanup, fireEvent, screen } from '@testing-library/react';
import { afterEach, expect, it, vi } from 'vitest';
import { mountScreen } from '../testing/screen.tsx';
import { useSingleMutation } from './use-single-mutation.ts';

afterEach(cleanup);

it('ignores a second click before React has rendered, and runs again once the first call has ended', async () => {
  const ends: (() => void)[] = [];
  const change = vi.fn<() => Promise<void>>(() => new Promise((end) => ends.push(end)));
  const Page = () => {
    const { mutate, isPending } = useSingleMutation({ mutationFn: change });
    return <button onClick={() => mutate()}>{isPending ? 'busy' : 'go'}</button>;
  };
  mountScreen(<Page />);
  const button = screen.getByRole('button', { name: 'go' });
  await act(async () => {
    fireEvent.click(button);
    fireEvent.click(button);
  });
  expect(change).toHaveBeenCalledTimes(1);
  await act(async () => ends[0]!());
  fireEvent.click(await screen.findByRole('button', { name: 'go' }));
  await vi.waitFor(() => expect(change).toHaveBeenCalledTimes(2));
});

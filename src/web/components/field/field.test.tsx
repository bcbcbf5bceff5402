import { act, cleanup, screen } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { type ReactElement, useRef, useState } from 'react';
import { expect, it } from 'vitest';
import { mountScreen } from '../../testing/screen.tsx';
import { useAnnounce } from '../ui/announcer.tsx';
import { Field } from './field.tsx';
import { useFieldError } from './use-field-error.ts';

function Form(): ReactElement {
  const field = useRef<HTMLInputElement>(null);
  const [refusal, setRefusal] = useState<object>();
  const [blocked, setBlocked] = useState(false);
  const [error, setError] = useFieldError(field, refusal && 'Refused', refusal);
  const send = (): void => {
    const wrong = field.current?.value === '!';
    setError(wrong ? 'phone.empty' : undefined);
    if (!wrong) setRefusal({});
  };
  return (
    <>
      <Field label="Name" hint="Any" error={error} blocked={blocked && 'Later'}>
        {(control) => <input ref={field} {...control} disabled={blocked} />}
      </Field>
      <button onClick={send}>Send</button>
      <button onClick={() => setBlocked(true)}>Block</button>
    </>
  );
}

const described = (input: HTMLElement): (string | null | undefined)[] =>
  (input.getAttribute('aria-describedby') ?? '').split(' ').map((id) => document.getElementById(id)?.textContent);

it('connects hint and error to the field, and focuses it at each new error', async () => {
  const user = userEvent.setup();
  mountScreen(<Form />);
  const input = screen.getByLabelText('Name');
  expect(described(input)).toEqual(['Any']);
  expect(input.getAttribute('aria-invalid')).toBeNull();

  await user.click(screen.getByText('Send'));
  expect(described(input)).toEqual(['Any', 'Refused']);
  expect(input.getAttribute('aria-invalid')).toBe('true');
  expect(document.activeElement).toBe(input);
  const announced = screen.getByRole('status').firstChild;
  expect(announced?.textContent).toBe('Refused');

  await user.click(screen.getByText('Send'));
  expect(document.activeElement).toBe(input);
  // The same text again is a new element, so that screen readers announce it again.
  expect(screen.getByRole('status').firstChild).not.toBe(announced);

  await user.type(input, '!');
  await user.click(screen.getByText('Send'));
  expect(described(input)).toEqual(['Any', 'Enter your phone number.']);
});

it('announces an error until the step ends, and nothing that came after it is lost', () => {
  function Step(): ReactElement {
    const [isDone, setDone] = useState(false);
    const announce = useAnnounce();
    const end = (text: string): void => {
      if (text) announce(text);
      setDone(true);
    };
    return (
      <>
        {!isDone && <Form />}
        <button onClick={() => end('')}>End</button>
        <button onClick={() => end('Done')}>Say and end</button>
      </>
    );
  }
  for (const [press, left] of [
    ['End', ''],
    ['Say and end', 'Done'],
  ] as const) {
    mountScreen(<Step />);
    act(() => screen.getByText('Send').click());
    expect(screen.getByRole('status').textContent).toBe('Refused');
    act(() => screen.getByText(press).click());
    expect(screen.getByRole('status').textContent).toBe(left);
    cleanup();
  }
});

it('says in the title that fields have errors, once, and not after they are gone', () => {
  document.title = 'A page';
  const { unmount } = mountScreen(
    <>
      <Form />
      <Form />
    </>,
  );
  for (const send of screen.getAllByText('Send')) act(() => send.click());
  expect(document.title).toBe('Error: A page');
  unmount();
  expect(document.title).toBe('A page');
});

it('says why the field is blocked, and focuses that', () => {
  mountScreen(<Form />);
  act(() => screen.getByText('Block').click());
  const input = screen.getByLabelText('Name');
  expect(described(input)).toEqual(['Any', 'Later']);
  expect(input.getAttribute('aria-invalid')).toBeNull();
  expect(document.activeElement?.textContent).toBe('Later');
});

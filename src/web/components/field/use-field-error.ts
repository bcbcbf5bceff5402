import { type RefObject, useEffect, useState } from 'react';
import { useAnnounce } from '../ui/announcer.tsx';

/**
 * Returns the error of one field: what the page finds wrong before it sends, else what the server refused. Each new
 * error moves the focus to the field and is announced.
 * @param refused the server's message about the value
 * @param cause new with every refusal, also when its text is the same
 * @param select selects the value, so that the person can type a new one
 * @returns the text to show, and the function that sets the page's own error
 */
export function useFieldError(
  field: RefObject<HTMLInputElement | null>,
  refused?: string,
  cause?: unknown,
  select = false,
): [error: string | undefined, setError: (text: string | undefined) => void] {
  const announce = useAnnounce();
  const [ownError, setOwnError] = useState<{ text: string }>();
  const error = ownError?.text ?? refused;
  useEffect(() => {
    if (error === undefined) return;
    field.current?.focus();
    if (select) field.current?.select();
    return announce(error);
  }, [field, error, ownError, cause, select, announce]);
  return [error, (text) => setOwnError(text === undefined ? undefined : { text })];
}

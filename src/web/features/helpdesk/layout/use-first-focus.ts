import { type RefObject, useEffect, useRef } from 'react';

/** Focuses a field when its form opens. If the form goes and takes the focus with it, the page's heading gets it. */
export function useFirstFocus<E extends HTMLElement>(): RefObject<E | null> {
  const field = useRef<E>(null);
  useEffect(() => {
    field.current?.focus();
    return () => {
      if (document.activeElement === document.body) document.querySelector('h1')?.focus();
    };
  }, []);
  return field;
}

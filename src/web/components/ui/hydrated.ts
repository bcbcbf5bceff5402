import { useSyncExternalStore } from 'react';

const never = (): (() => void) => () => {};

/** False on the server and for the first drawing, true as soon as the page answers to presses. */
export const useHydrated = (): boolean =>
  useSyncExternalStore(
    never,
    () => true,
    () => false,
  );

import { useSyncExternalStore } from 'react';

const listeners = new Set<() => void>();
const getKey = (staffId: string): string => `latchkey:heard:${staffId}`;
function read(staffId: string): string {
  try {
    return sessionStorage.getItem(getKey(staffId)) ?? '';
  } catch {
    return '';
  }
}
const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** The most ids that are kept: more than one agent may ask for in a day. */
const MOST = 240;

/** Returns the ids of the requests whose outcome a staff member opened in this tab. */
export const useHeard = (staffId: string): ReadonlySet<string> =>
  new Set(
    useSyncExternalStore(
      subscribe,
      () => read(staffId),
      () => '',
    ).split(' '),
  );

/** Keeps, as its id alone, that a staff member opened the outcome of a request. */
export function recordHeard(staffId: string, id: string): void {
  const kept = read(staffId)
    .split(' ')
    .filter((one) => one !== id);
  try {
    sessionStorage.setItem(getKey(staffId), [...kept.slice(1 - MOST), id].join(' ').trim());
  } catch {
    // Without storage, the outcome stays in the header.
  }
  for (const listener of listeners) listener();
}

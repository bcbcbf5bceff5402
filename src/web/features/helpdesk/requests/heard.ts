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

/** How many requests an agent can make in a day, at ten an hour. */
const MOST = 240;

/** Requests whose outcome the staff member has opened in this tab. */
export const useHeard = (staffId: string): ReadonlySet<string> =>
  new Set(
    useSyncExternalStore(
      subscribe,
      () => read(staffId),
      () => '',
    ).split(' '),
  );

/** Stores only the request's id. */
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

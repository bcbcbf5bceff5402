import { createContext, use } from 'react';

/** Opens the current address again; true if the page opened. A retry `by itself` does not keep the session alive. */
export type Retry = (how: 'asked' | 'by itself') => Promise<boolean>;

export const RetryContext = createContext<Retry>(() => Promise.resolve(false));
export const useRetry = (): Retry => use(RetryContext);

import { createContext, use } from 'react';

/** Opens the page of this address once more; `verificationType itself` does not count as the person's doing. True when it came. */
export type Retry = (how: 'asked' | 'by itself') => Promise<boolean>;

export const RetryContext = createContext<Retry>(() => Promise.resolve(false));
export const useRetry = (): Retry => use(RetryContext);

import { cleanup, configure } from '@testing-library/react';
import { afterEach, vi } from 'vitest';

// A long timeout, because a busy machine must not fail a test.
configure({ asyncUtilTimeout: 60_000 });

/** Removes what a test left behind: rendered components, the fake server, fake timers, and stored data. */
afterEach(() => {
  cleanup();
  vi.useRealTimers();
  vi.unstubAllGlobals();
  sessionStorage.clear();
});

import { cleanup, configure } from '@testing-library/react';
import { afterEach, vi } from 'vitest';

// A long timeout, so that no test fails because the machine is busy.
configure({ asyncUtilTimeout: 60_000 });

afterEach(() => {
  cleanup();
  vi.useRealTimers();
  vi.unstubAllGlobals();
  sessionStorage.clear();
});

import { vi } from 'vitest';

// Test files of one process share the packages, which take long to load. Each file loads our own modules again, so no
// state passes from one file to the next.
vi.resetModules();

import { vi } from 'vitest';

// Test files of one process share the packages, which take long to load, but not our own modules: each file evaluates
// them anew, so no state passes from one file to the next.
vi.resetModules();

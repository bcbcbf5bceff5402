import { vi } from 'vitest';

// Test files of one process share the loaded packages, because packages load slowly. Each test file loads our modules
// again, so no state passes from one test file to the next.
vi.resetModules();

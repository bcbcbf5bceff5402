import { vi } from 'vitest';

// Packages load slowly, so test files share them. Our modules are loaded again, so that no state passes to the next
// file.
vi.resetModules();

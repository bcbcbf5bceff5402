import { edges } from './faults-edges.ts';
import { peopleAndHelpdesk } from './faults-features.ts';
import { foundation } from './faults-foundation.ts';
import { server } from './faults-server.ts';
import type { Plant } from './plant.ts';

/** Small wrong changes that no item of docs/security.md names, with the test that sees each. */
export const faults: readonly Plant[] = [...foundation, ...server, ...peopleAndHelpdesk, ...edges];

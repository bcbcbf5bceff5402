import { edges } from './faults-edges.ts';
import { peopleAndHelpdesk } from './faults-features.ts';
import { foundation } from './faults-foundation.ts';
import { server } from './faults-server.ts';
import type { Plant } from './plant.ts';

/** Wrong changes without an item in docs/security.md. */
export const faults: readonly Plant[] = [...foundation, ...server, ...peopleAndHelpdesk, ...edges];

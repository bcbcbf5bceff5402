import { accessAndFactors } from './access-and-factors.ts';
import { operations } from './operations.ts';
import type { Plant } from './plant.ts';
import { sessionsAndWeb } from './sessions-and-web.ts';

export const plants: readonly Plant[] = [...sessionsAndWeb, ...accessAndFactors, ...operations];

const browser = 'its tests drive a browser against the built pages (`npm run e2e`), which a copy does not have';

export const unplanted: Readonly<Record<string, string>> = {
  S6: browser,
  B6: 'compares times over many samples: without its guard it fails by numbers of this machine',
  L3: 'the guard is the library’s: no line of ours escapes a line break',
  P2: browser,
  P5: 'restarts three portals on PostgreSQL: the guard is the sequence that the test runs',
  P6: 'the guard is that no code writes Okta’s text: nothing is there to take out',
  C2: 'a list that is compared with the lock file: nothing is there to take out',
  C4: 'two builds: a difference would come from a tool, not from a line of ours',
  X1: browser,
  X2: browser,
  X3: browser,
  X4: browser,
  X5: browser,
  X6: browser,
};

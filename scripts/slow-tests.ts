/**
 * Test files that `npm run check` leaves out besides `*.integration.test.ts`, with the reason. `npm test` runs them.
 */
export const slowTests: Readonly<Record<string, string>> = {
  'scripts/okta-suite.test.ts': 'starts a test runner and an emulator for each test',
  'scripts/patterns.test.ts': 'reads 16 kB of many texts by every regular expression',
  'scripts/secret-scan.test.ts': 'reads every line of the history',
  'scripts/supply-chain.test.ts': 'runs npm and writes the bill of materials several times',
  'src/okta-emulator/factors/counters.test.ts': 'fifty uses of a code at once, by every type',
  'src/okta-emulator/start.test.ts': 'starts and kills the emulator’s program',
  'src/okta-emulator/testing/model/model.test.ts': 'random calls, compared with a second implementation',
  'src/bff/http/limit.test.ts': 'counts a million networks',
  'src/bff/identity/step-up/code-attempts.property.test.ts': 'random orders of codes, against a model',
};

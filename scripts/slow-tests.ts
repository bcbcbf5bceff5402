/**
 * Test files that `npm run check` leaves out besides `*.integration.test.ts`, with the reason. `npm test` runs them.
 */
export const slowTests: Readonly<Record<string, string>> = {
  'scripts/okta-suite.test.ts': 'starts a test runner and an emulator for each test',
  'src/okta-emulator/testing/model/model.test.ts': 'random calls, compared with a second implementation',
  'src/bff/identity/step-up/code-attempts.property.test.ts': 'random orders of codes, against a model',
};

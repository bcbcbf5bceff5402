/**
 * Test files that `npm run check` leaves out, with the reason. `npm test` runs them. Each takes long by its nature:
 * random sequences, many samples, or programs that are started and killed.
 */
export const slowTests: Readonly<Record<string, string>> = {
  'src/okta-emulator/testing/model/model.test.ts': 'random calls, compared with a second implementation',
  'src/bff/features/factors/new-phone/kill.integration.test.ts': 'kills a portal in each step of a change',
  'src/bff/features/factors/new-phone/replace-races.integration.test.ts': 'random orders of what four tabs do',
  'src/bff/features/helpdesk/resets/choice-races.integration.test.ts': 'random orders of what two agents do',
  'src/bff/features/helpdesk/resets/crash.integration.test.ts': 'ends a reset in each of its steps',
  'src/bff/features/helpdesk/resets/races.integration.test.ts': 'random orders of what agents and people do',
  'src/bff/features/sign-in/enumeration.integration.test.ts': 'compares the times of many sign-ins',
  'src/bff/features/sign-in/office.integration.test.ts': 'signs in two thousand people',
  'src/bff/http/fuzz.integration.test.ts': 'two thousand malformed requests',
  'src/bff/http/memory-growth.integration.test.ts': 'watches memory over minutes of use',
  'src/bff/http/own-person.integration.test.ts': 'random requests to every endpoint',
  'src/bff/http/two-people.integration.test.ts': 'every endpoint with the ids of two people',
  'src/bff/identity/step-up/code-attempts-of-every-type.integration.test.ts': 'uses up the codes of every kind',
  'src/bff/identity/step-up/code-attempts-on-the-wire.integration.test.ts': 'random orders of codes at the emulator',
  'src/bff/identity/step-up/code-attempts.property.test.ts': 'random orders of codes, against a model',
  'src/bff/records/audit-log/crash.integration.test.ts': 'kills a server eight times',
  'src/dev-server.integration.test.ts': 'starts the development server several times',
  'src/operator/backup/backup.integration.test.ts': 'backs up while a portal writes',
  'src/testing/conformance/sdk.integration.test.ts': 'drives the emulator by Okta’s SDK, which takes seconds to load',
};

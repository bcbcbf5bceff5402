/** Runs the emulator with many people in a process of its own. Prints an `OrgAccess` as one line of JSON. */
import pino from 'pino';
import { createClock } from '#clock';
import { startEmulator, type EmulatorOptions } from '#okta-emulator/start.ts';
import { openStore } from '#okta-emulator/store/open.ts';
import { addCrowd, createPerson } from '#okta-emulator/testing/crowd.ts';
import { CHEAP_PASSWORD } from '#okta-emulator/testing/cheap-password.ts';

export type OrgAccess = {
  url: string;
  issuer: string;
  clientId: string;
  clientSecret: string;
  apiToken: string;
  password: string;
  smtpUrl: string;
  groups: { everyone: string; helpdesk: string; helpdeskApprovers: string };
  people: { id: string; login: string }[];
  agents: { id: string; login: string }[];
};

const { DATA_DIR: dataDir = '', PORTAL_URL = '', PEOPLE = '0', AGENTS = '0', RATE_LIMIT = '0' } = process.env;
const { RATE_WINDOW_MS = '60000', OPTIONS = '{}' } = process.env;
const [people, agents] = [Number(PEOPLE), Number(AGENTS)];
const emulator = await startEmulator({
  ...(JSON.parse(OPTIONS) as Partial<EmulatorOptions>),
  port: 0,
  dataDir,
  clock: createClock(),
  passwordCost: CHEAP_PASSWORD,
  rateLimit: Number(RATE_LIMIT),
  rateWindowMs: Number(RATE_WINDOW_MS),
  redirectUris: [`${PORTAL_URL}/auth/callback`],
  anyLoopbackPort: true,
  log: pino({ level: 'warn' }, pino.destination(2)),
});
const store = await openStore(dataDir);
const crowd = Array.from({ length: people + agents }, (_, index) => createPerson(index)).map(({ id, login }) => ({
  id,
  login,
}));
await addCrowd(store, crowd.length, [emulator.groups.everyone]);
const { password } = await store.selectFrom('people').select('password').limit(1).executeTakeFirstOrThrow();
await store
  .updateTable('people')
  .set({ status: 'ACTIVE', password })
  .where('login', 'like', '%@Crowd.example')
  .execute();
for (const { id } of crowd.slice(people))
  await store.insertInto('memberships').values({ group_id: emulator.groups.helpdesk, person_id: id }).execute();
await store.destroy();

const { url, issuer, clientId, clientSecret, apiToken, smtpUrl, groups } = emulator;
const org: OrgAccess = {
  ...{ url, issuer, clientId, clientSecret, apiToken, smtpUrl, groups },
  password: emulator.password,
  people: crowd.slice(0, people),
  agents: crowd.slice(people),
};
console.log(JSON.stringify(org));
process.on('SIGTERM', () => void emulator.close().then(() => process.exit(0)));

import type { HelpdeskSettings } from '#bff/features/helpdesk/access/settings.ts';
import { version } from '#bff/platform/lifecycle/version.ts';
import type { OktaClient } from '#okta/client.ts';
import { createPace, measureInterval, type PaceOptions } from './pace.ts';
import { listPeople, readMemberships, readPerson, type Filter } from './people.ts';
import { createPersonRecord } from './person-record.ts';
import { openReportFile, type Header } from './report-file.ts';
import { say } from './summary.ts';

/** People read at the same time. With four, the duration depends on the pace of calls and not on their latency. */
const AT_ONCE = 4;

export type MethodsOptions = Omit<PaceOptions, 'budget'> & {
  client: OktaClient;
  org: string;
  filter: Filter;
  settings: HelpdeskSettings | null;
  progress?: (done: number, of: number) => void;
};

const createReading = ({ client, ...options }: MethodsOptions) => ({
  client,
  call: createPace({ ...options, budget: client.budget }),
});

export async function estimateMethods(options: MethodsOptions): Promise<string> {
  const { people } = await listPeople(createReading(options), options.filter);
  const intervalMs = measureInterval(options.client.budget(), options.share);
  const [one, two] = [1, 2].map((calls) => ((calls * people.length * intervalMs) / 3_600_000).toFixed(1));
  return `${say(people.length)} people at ${say(Math.floor(60_000 / intervalMs))} calls a minute: about ${one} hours without roles, ${two} with them.`;
}

/** Skips people whom an earlier run has read. */
export async function readMethods(options: MethodsOptions, file: string, goOn: boolean) {
  const { client, org, filter, settings, clock, progress = () => {} } = options;
  const reading = createReading(options);
  const now = () => new Date(clock.now()).toISOString();
  const { pipeline: engine } = await reading.call(() => client.org.wellKnown());
  const startedAt = now();
  const header: Header = { type: 'header', format: 'latchkey-methods/1', version, org, engine, filter, startedAt };
  const { people: there, end, write, close } = await openReportFile(file, header, goOn);
  try {
    if (end) return { people: end.people, before: end.people };
    const memberships = await readMemberships(reading, settings);
    const { people, unreadable: unlisted } = await listPeople(reading, filter);
    const left = people.filter(({ id }) => !there.has(id));
    const next = left.values();
    let done = 0;
    const work = async () => {
      for (const user of next) {
        const read = await readPerson(reading, user.id, filter.roles);
        write(createPersonRecord(user, read, { engine, memberships, now: clock.now() }));
        progress((done += 1), left.length);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    write({ type: 'end', people: there.size + left.length, unlisted, endedAt: now() });
    return { people: there.size + left.length, before: there.size };
  } finally {
    close();
  }
}

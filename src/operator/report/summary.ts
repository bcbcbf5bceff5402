import type { PersonRecord } from './person-record.ts';
import type { ReportFile } from './report-file.ts';

/** What reaches whoever has the phone number or the mailbox, or knows the person. */
const weakKinds: ReadonlySet<string> = new Set(['sms', 'call', 'email', 'question']);

const isPrivileged = ({ administrator, privilegedGroup, helpdesk }: PersonRecord): boolean =>
  administrator === true || privilegedGroup || helpdesk.length > 0;
const isWeak = ({ kinds }: PersonRecord) => kinds.length > 0 && kinds.every((kind) => weakKinds.has(kind));
/** Whether a person is known to have no more than so many methods. */
const has = (count: number, { usable, unreadable }: PersonRecord) => usable === count && unreadable === 0;

/** What a report counts of the ACTIVE people whose methods were read, by its name in the summary. */
export const conditions = {
  privileged: isPrivileged,
  privilegedWithoutPhishingResistant: (one) => isPrivileged(one) && one.phishingResistant === 'no',
  privilegedNotKnown: (one) => isPrivileged(one) && one.phishingResistant === 'unknown',
  noMethod: (one) => has(0, one),
  unfinishedOnly: (one) => has(0, one) && one.unfinished.length > 0,
  oneMethod: (one) => has(1, one),
  phoneEmailOrQuestionOnly: (one) => isWeak(one) && one.unreadable === 0,
  noPhishingResistant: (one) => one.phishingResistant === 'no',
  phishingResistant: (one) => one.phishingResistant === 'yes',
  phishingResistantNotKnown: (one) => one.phishingResistant === 'unknown',
  rolesNotKnown: (one) => one.administrator === null,
} as const satisfies Record<string, (person: PersonRecord) => boolean>;
export type Condition = keyof typeof conditions;

const isActive = ({ status }: PersonRecord) => status === 'ACTIVE';
/** Returns the people of a file on whom a report counts. */
export const countedPeople = ({ people }: Pick<ReportFile, 'people'>): PersonRecord[] =>
  [...people.values()].filter((one) => isActive(one) && one.fault === null);

/** Counts each value, the most frequent first. */
export const countEach = (values: readonly string[]): Record<string, number> =>
  Object.fromEntries(
    [...Map.groupBy(values, String)]
      .map(([value, { length }]) => [value, length] as const)
      .toSorted(([, a], [, b]) => b - a),
  );

/** Sums a complete file up: plain counts, so that many of them make a curve. */
export function sumUp(file: ReportFile) {
  const { org, filter, startedAt } = file.header;
  const counted = countedPeople(file);
  const counts = Object.entries(conditions).map(([name, fulfils]) => [name, counted.filter(fulfils).length]);
  const notRead = [...file.people.values()].filter((one) => isActive(one) && one.fault !== null);
  return {
    ...{ type: 'summary', org, filter, startedAt, endedAt: file.end.endedAt, active: counted.length },
    ...(Object.fromEntries(counts) as Record<Condition, number>),
    privilegedNotRead: notRead.filter(isPrivileged).length,
    kinds: countEach(counted.flatMap(({ kinds }) => kinds)),
    unknownKinds: countEach(counted.flatMap(({ unknownKinds }) => [...new Set(unknownKinds)])),
    notRead: countEach(notRead.map(({ fault }) => String(fault))),
    unlisted: file.end.unlisted,
    otherStatuses: countEach([...file.people.values()].flatMap((one) => (isActive(one) ? [] : [one.status]))),
  };
}

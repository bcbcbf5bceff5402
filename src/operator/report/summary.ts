import { PRIVILEGED, type Filter } from './people.ts';
import type { PersonRecord } from './person-record.ts';
import type { ReportFile } from './report-file.ts';

/** Usable by anybody who has the phone number or the mailbox, or knows the person. */
const weakKinds: ReadonlySet<string> = new Set(['sms', 'call', 'email', 'question']);

const isPrivileged = ({ administrator, privilegedGroup, helpdesk }: PersonRecord): boolean =>
  administrator === true || privilegedGroup || helpdesk.length > 0;
const isWeak = ({ kinds }: PersonRecord) => kinds.length > 0 && kinds.every((kind) => weakKinds.has(kind));
/** Whether a person has exactly this number of usable methods. False if a factor could not be read. */
const has = (count: number, { usable, unreadable }: PersonRecord) => usable === count && unreadable === 0;

/** These conditions apply only to ACTIVE people whose methods were read. */
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
export const countedPeople = ({ people }: Pick<ReportFile, 'people'>): PersonRecord[] =>
  [...people.values()].filter((one) => isActive(one) && one.fault === null);

/** The most frequent first. */
export const countEach = (values: readonly string[]): Record<string, number> =>
  Object.fromEntries(
    [...Map.groupBy(values, String)]
      .map(([value, { length }]) => [value, length] as const)
      .toSorted(([, a], [, b]) => b - a),
  );

/** Plain counts, so that many summaries can be compared over time. */
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

/** How many people a summary lists at most. */
const NAMED = 20;

export const say = (count: number): string => count.toLocaleString('en');
const percent = (count: number, of: number) => (of === 0 ? '' : `${((count * 100) / of).toFixed(1)} %`);
export const list = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .map(([name, count]) => `${name} ${say(count)}`)
    .join(', ');
/** Replaces control characters in a text from Okta, because a terminal could act on them. */
const plain = (text: string) => text.replaceAll(/\p{Cc}/gu, '?');

export const describeFilter = ({ groups, roles }: Filter): string =>
  `${groups.length === 0 ? 'all ACTIVE people' : `the members of ${groups.join(', ')}`}${roles ? '' : ', without roles'}`;

/** Each count is a part of all counted people. */
export const texts = {
  noMethod: 'no method that they can use',
  unfinishedOnly: '  of these: began to add one',
  oneMethod: 'one method only',
  phoneEmailOrQuestionOnly: 'nothing but phone numbers, email or a question',
  noPhishingResistant: 'nothing that resists phishing',
  phishingResistant: 'something that resists phishing',
  phishingResistantNotKnown: 'not known: a kind that is unknown here, or an entry that could not be read',
} as const satisfies Partial<Record<Condition, string>>;

function describePerson({ login, id, administrator, privilegedGroup, helpdesk, kinds }: PersonRecord): string {
  const roles = [administrator ? 'administrator' : '', privilegedGroup ? PRIVILEGED : '', ...helpdesk];
  const described = roles.filter(Boolean).join(', ');
  return `  ${plain(login ?? id)}${described && ` (${described})`}: ${kinds.join(', ') || 'no method'}`;
}

export const describePeople = (people: readonly PersonRecord[]): string[] => [
  ...people.slice(0, NAMED).map(describePerson),
  ...(people.length > NAMED ? [`  and ${say(people.length - NAMED)} more`] : []),
];

export function describeSummary(file: ReportFile): string[] {
  const summary = sumUp(file);
  const { active, filter, privileged, privilegedNotKnown, privilegedNotRead } = summary;
  const unprotected = countedPeople(file)
    .filter(conditions.privilegedWithoutPhishingResistant)
    .toSorted((a, b) => (a.strength ?? 0) - (b.strength ?? 0) || (a.login ?? '').localeCompare(b.login ?? ''));
  const rows = Object.entries(texts).map(([name, text]) => {
    const count = summary[name as keyof typeof texts];
    return `${say(count).padStart(9)} ${percent(count, active).padStart(8)}  ${text}`;
  });
  const notes = {
    'not read, and in no line above (ACTIVE people)': list(summary.notRead),
    'entries of Okta’s lists that could not be read': summary.unlisted > 0 ? say(summary.unlisted) : '',
    'in no line above, since they are not ACTIVE': list(summary.otherStatuses),
    'people whose roles are not known': filter.roles && summary.rolesNotKnown > 0 ? say(summary.rolesNotKnown) : '',
    'people by kind': list(summary.kinds),
    'people by kind that is unknown here': list(summary.unknownKinds),
  };
  return [
    `Methods at ${summary.org}, ${describeFilter(filter)}, read from ${summary.startedAt} to ${summary.endedAt}.`,
    `\nPrivileged people (${filter.roles ? 'administrators, ' : ''}privileged groups, helpdesk): ${say(privileged)}. Not known whether they have something that resists phishing: ${say(privilegedNotKnown)}. Not read, besides: ${say(privilegedNotRead)}.`,
    `Privileged people with nothing that resists phishing: ${say(unprotected.length)}`,
    ...describePeople(unprotected),
    `\nACTIVE people whose methods were read: ${say(active)}`,
    ...rows,
    '',
    ...Object.entries(notes).flatMap(([what, text]) => (text ? [`${what}: ${plain(text)}`] : [])),
    'Okta lists neither smart cards nor what another identity provider asks for at a federated sign-in as methods.',
  ];
}

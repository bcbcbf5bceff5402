import { parseArgs } from 'node:util';
import { UsageError } from '../audit-verify/given-checkpoints.ts';
import type { PersonRecord } from './person-record.ts';
import { readComplete, type ReportFile } from './report-file.ts';
import { conditions, countEach, countedPeople, describeFilter, describePeople } from './summary.ts';
import { list, say, sumUp, texts, type Condition } from './summary.ts';

const rows: Partial<Record<'active' | Condition, string>> = {
  active: 'ACTIVE people whose methods were read',
  privileged: 'privileged people',
  privilegedWithoutPhishingResistant: 'privileged people with nothing that resists phishing',
  ...texts,
};

export async function runCompare(args: string[]): Promise<string> {
  const { positionals } = parseArgs({ args, allowPositionals: true });
  if (positionals.length !== 2) throw new UsageError('which two? latchkey report compare OLD.jsonl NEW.jsonl');
  const [old, now] = [await readComplete(positionals[0]!), await readComplete(positionals[1]!)];
  const [one, other] = [old, now].map(({ header: { org, filter } }) =>
    JSON.stringify([org, filter.groups, filter.roles]),
  );
  if (one !== other)
    throw new UsageError('they are of another org, or of other groups or roles: compare two of the same');
  const [before, after] = [sumUp(old), sumUp(now)];
  const lines = (Object.keys(rows) as (keyof typeof rows)[]).map((name) => {
    const difference = after[name] - before[name];
    const columns = [say(before[name]), say(after[name]), `${difference > 0 ? '+' : ''}${say(difference)}`];
    return `${columns.map((text) => text.padStart(9)).join(' ')}  ${rows[name]}`;
  });
  const earlier = new Map(countedPeople(old).map((person) => [person.id, person]));
  const pairs = countedPeople(now).flatMap((is) => {
    const was = earlier.get(is.id);
    return was ? [{ was, is }] : [];
  });
  const differ = (those: PersonRecord, others: PersonRecord) =>
    those.kinds.filter((kind) => !others.kinds.includes(kind));
  const gained = pairs.flatMap(({ was, is }) => differ(is, was));
  const lost = pairs.flatMap(({ was, is }) => differ(was, is));
  const onlyIn = (those: ReportFile, others: ReportFile) =>
    [...those.people.values()].filter(({ id }) => !others.people.has(id));
  const turned = (condition: Condition, to: boolean) =>
    pairs
      .filter(({ was, is }) => conditions[condition](was) !== to && conditions[condition](is) === to)
      .map(({ is }) => is);
  const describe = (what: string, people: readonly PersonRecord[]) => [
    `${what}: ${say(people.length)}`,
    ...describePeople(people),
  ];
  return [
    `Methods at ${now.header.org}, ${describeFilter(now.header.filter)}: ${old.end.endedAt} and ${now.end.endedAt}.`,
    ...lines,
    `People in both whose methods were read both times: ${say(pairs.length)}`,
    `kinds gained: ${list(countEach(gained)) || 'none'}; lost: ${list(countEach(lost)) || 'none'}`,
    ...describe('lost what resists phishing', turned('phishingResistant', false)),
    ...describe('lost their last method', turned('noMethod', true)),
    ...describe('gained something that resists phishing', turned('phishingResistant', true)),
    ...describe('only in the new report', onlyIn(now, old)),
    ...describe('only in the old report', onlyIn(old, now)),
  ].join('\n');
}

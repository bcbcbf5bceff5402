import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { helpdeskRoles, targetKinds } from '#contract/helpdesk-replies.ts';
import { operations, standardPolicy, type Cell, type HelpdeskPolicy } from '#bff/features/helpdesk/access/policy.ts';
import { readHelpdeskConfig } from '#bff/features/helpdesk/access/settings.ts';
import { root } from './step.ts';

const page = readFileSync(join(root, 'docs/helpdesk.md'), 'utf8');

function cellText({ allowed, rule, callerVerification, approval, stepUp }: Cell): string {
  const needs = [
    ...(callerVerification ? ['caller'] : []),
    ...(approval === 'none' ? [] : [`approver ${approval}`]),
    ...(stepUp ? ['step-up'] : []),
  ];
  return allowed ? ['yes', ...needs].join(', ') : `– ${rule}`;
}

/** Writes equal kinds of people as one row, and equal operations as one cell. */
const rowsOf = ({ cells }: HelpdeskPolicy): string[] =>
  helpdeskRoles.flatMap((role) => {
    const alike = Map.groupBy(targetKinds, (kind) => {
      const texts = operations.map((operation) => cellText(cells[role][kind][operation]));
      return new Set(texts).size === 1 ? `every operation: ${texts[0]}` : texts.join(' | ');
    });
    return [...alike].map(
      ([may, kinds]) => `| ${role} | ${kinds.length === targetKinds.length ? 'all' : kinds.join(', ')} | ${may} |`,
    );
  });

const first = new RegExp(`^\\| (?:${helpdeskRoles.join('|')}) \\| (?:all|${targetKinds.join('|')})[ ,]`);

test("docs/helpdesk.md has the code's policy, cell by cell", () => {
  expect(page.split('\n').filter((line) => first.test(line))).toEqual(rowsOf(standardPolicy));
});

test('gives a reason for every rule, and the limits', () => {
  const rules = new Set(
    helpdeskRoles.flatMap((role) =>
      targetKinds.flatMap((kind) => operations.map((operation) => standardPolicy.cells[role][kind][operation].rule)),
    ),
  );
  for (const rule of rules) expect(page, rule).toMatch(new RegExp(`^\\| \`${rule}\` \\| \\S`, 'm'));
  const { resetsPerAgentHour, resetsPerPersonDay } = standardPolicy.limits;
  expect(page).toContain(`${resetsPerAgentHour} resets, unlocks and requests for approval an hour`);
  expect(page).toContain(`${resetsPerPersonDay} a day`);
});

test('the examples of settings are valid', () => {
  const names = [...page.matchAll(/^(HELPDESK_[A-Z_]+)=(.*)$/gm)].map(([, name, value]) => [name, value] as const);
  const faults: string[] = [];
  expect(readHelpdeskConfig(Object.fromEntries(names), faults).groups).not.toBeNull();
  expect(faults).toEqual([]);
});

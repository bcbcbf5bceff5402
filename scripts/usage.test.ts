import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { commands, operatorPrograms } from './commands.mjs';
import { usageOf } from './usage.mjs';

const sources: readonly string[] = Object.values(operatorPrograms);
const names = Object.entries(commands).flatMap(([name, { run, usage }]) =>
  usage || sources.includes(run?.[0] ?? '') ? [name] : [],
);

test('every program that an operator starts has a usage', () => {
  expect(names).toEqual(expect.arrayContaining(['start', 'emulator', 'doctor', 'audit:verify', 'unfreeze']));
  expect(names.length).toBeGreaterThanOrEqual(9);
});

test.each(names)('npm run %s -- --help prints how it is used, and starts nothing', (name) => {
  const said = execFileSync(process.execPath, ['scripts/run.mjs', name, '--help'], { encoding: 'utf8' });
  const isOperators = name.replace(':', '-') in operatorPrograms;
  const typed = isOperators ? `latchkey ${name}` : name === 'start' ? 'npm start' : `npm run ${name}`;
  expect(said).toContain(typed);
});

test('a source without such a comment is refused', () => {
  expect(() => usageOf('scripts/usage.mjs')).toThrow('begins with no comment');
});

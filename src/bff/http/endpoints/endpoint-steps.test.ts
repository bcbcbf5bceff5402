import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { assertAlive, assertNotFrozen, assertRole, readPerson, takeLocks, type WithSubject } from './access-steps.ts';
import { endpointSteps } from './endpoint-steps.ts';
import { buildContext } from './handler-steps.ts';
import { requireStepUp } from './step-up-steps.ts';
import { stepsFrom } from './steps.ts';

const arrived = stepsFrom<WithSubject>();
const locked = arrived.step(takeLocks).step(assertAlive).step(readPerson).step(assertRole);

test('without the question whether the person is frozen, the list does not compile', () => {
  // @ts-expect-error -- assertNotFrozen is missing
  expect(locked.step(buildContext).list).toHaveLength(5);
});

test('what was asked before the locks admits to nothing: a list with step-up and locks swapped does not compile', () => {
  const asked = arrived.step(assertAlive).step(readPerson).step(assertRole).step(assertNotFrozen);
  // @ts-expect-error -- the locks are not held
  const swapped = asked.step(buildContext).step(requireStepUp).step(takeLocks);
  // @ts-expect-error -- the checks ran before the locks
  expect([swapped.list.length, asked.step(takeLocks).step(buildContext).list.length]).toEqual([7, 6]);
});

test('docs/architecture.md shows the list as it stands', () => {
  const namesIn = (path: string) => {
    const text = readFileSync(path, 'utf8');
    const list = text.slice(text.indexOf('endpointSteps = stepsFrom<Arrived>()'));
    return /^[^;]*/.exec(list)![0].replaceAll(/\s+/g, '');
  };
  expect(namesIn('docs/architecture.md')).toBe(namesIn('src/bff/http/endpoints/endpoint-steps.ts'));
  expect(endpointSteps.list).toHaveLength(namesIn('docs/architecture.md').split('.step(').length - 1);
});
